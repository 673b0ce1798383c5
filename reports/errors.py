"""Mistakes in a template, a returned workbook or a plan that keep a document from being made or read."""


class DocumentError(Exception):
    """Base: one sentence on what is wrong, one on what to do; shown to the planner without a traceback."""


class TemplateRefused(DocumentError):
    """A company's own template lacks a mark, or holds one that means nothing."""


class WorkbookRefused(DocumentError):
    """A workbook cannot be read at all: not a workbook, protected by a password, or of another plan."""


class LimitBroken(DocumentError):
    """A file Amazon would refuse: too many lines, characters or units, or a value it does not take."""


class DocumentDiffers(DocumentError):
    """A document was opened again after it was written and does not add up to the plan."""
