"""Who a mail client signs in as: the same credentials, accounts and rules for every door."""
