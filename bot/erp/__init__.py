"""What the ERP knows, asked for within a company's scope."""
