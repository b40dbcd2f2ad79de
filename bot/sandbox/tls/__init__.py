"""The certificate of the mail doors: made at the first start, kept under var/, never that of anybody else."""
