"""Tables of words that others provide: readers, one format a file, and how words are looked up in them."""
