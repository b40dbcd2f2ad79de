"""The pretend mail service. Send rules first: (attempt, world, rules) → result, pure and without a network."""
