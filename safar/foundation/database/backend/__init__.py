"""Django's database backend of Safar: PostgreSQL, started on first use, told who acts in each transaction."""
