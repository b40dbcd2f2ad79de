"""SMTP submission: a door onto the post office. It decides nothing, relays nothing and resolves nothing."""
