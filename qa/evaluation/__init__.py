"""Batch evaluation: questions with known answers in, scores and every miss out."""
