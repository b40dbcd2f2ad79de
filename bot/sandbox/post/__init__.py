"""The post office: the only way a mail enters a box, whoever brings it. Nothing is ever relayed or resolved."""
