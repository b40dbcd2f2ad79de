"""What the pretend mail service keeps: worlds, people, boxes, mail, and who did what. No rule is taken here."""
