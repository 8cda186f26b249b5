"""What a gate found, as text, JSON, Markdown, JUnit XML and annotations for GitHub."""
