"""A plan in, the documents people and Amazon read out."""
