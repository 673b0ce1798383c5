"""The planner's filled-in templates, read back: one format per file of `data/template_files/`."""

from data.readers.base import run_alone
from data.templates import templates

FORMATS = tuple(template.format for template in templates())

if __name__ == "__main__":
    run_alone(*FORMATS)
