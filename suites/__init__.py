"""What is asked: examples, tasks and the files they are read from."""

from perturbations.edits import Span
from suites.examples import Example, Text, token_text, transport
from suites.task import Kind, Request, Source, Task, find_task, tasks

__all__ = [
    "Example",
    "Kind",
    "Request",
    "Source",
    "Span",
    "Task",
    "Text",
    "find_task",
    "tasks",
    "token_text",
    "transport",
]
