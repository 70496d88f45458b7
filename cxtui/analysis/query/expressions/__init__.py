"""Expressions for the engine: filters, answers, weights and classes."""
