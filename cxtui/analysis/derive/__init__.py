"""Derived questions: each is a lazy column or several, and a question, made of other questions."""
