"""Classes: a trainer, trainees, five exercises proved by what the journal saw."""
