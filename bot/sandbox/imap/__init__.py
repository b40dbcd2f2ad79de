"""IMAP4rev1 over the boxes of the sandbox: one more door onto the same rooms; no rule is decided here."""
