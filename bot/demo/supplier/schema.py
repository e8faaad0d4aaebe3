"""The supplier's database: plain SQLite, amounts in cents, quantities in thousandths, times in UTC text."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = 2

DDL = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE companies (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    cnpj TEXT NOT NULL
);
CREATE TABLE contacts (
    company_id INTEGER NOT NULL REFERENCES companies (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE,
    phone TEXT NOT NULL,
    phone_digits TEXT NOT NULL
);
CREATE INDEX contacts_by_email ON contacts (email);
CREATE INDEX contacts_by_phone ON contacts (phone_digits);
CREATE TABLE orders (
    number TEXT PRIMARY KEY COLLATE NOCASE,
    company_id INTEGER NOT NULL REFERENCES companies (id),
    web_number TEXT COLLATE NOCASE,
    customer_reference TEXT NOT NULL COLLATE NOCASE,
    channel TEXT NOT NULL,
    status INTEGER NOT NULL,
    status_since TEXT NOT NULL,
    placed_at TEXT NOT NULL,
    promised_on TEXT NOT NULL,
    buyer TEXT NOT NULL,
    end_customer_cpf TEXT,
    note TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    payment_terms TEXT NOT NULL,
    freight INTEGER NOT NULL,
    total INTEGER NOT NULL
);
CREATE INDEX orders_by_company_and_date ON orders (company_id, placed_at);
CREATE INDEX orders_by_reference ON orders (company_id, customer_reference);
CREATE INDEX orders_by_web_number ON orders (company_id, web_number);
CREATE TABLE order_lines (
    order_number TEXT NOT NULL REFERENCES orders (number),
    position INTEGER NOT NULL,
    centre TEXT NOT NULL,
    part_number TEXT NOT NULL,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    total INTEGER NOT NULL,
    commission INTEGER NOT NULL,
    shipped INTEGER NOT NULL,
    backordered INTEGER NOT NULL,
    restock_on TEXT,
    PRIMARY KEY (order_number, position)
);
CREATE TABLE shipments (
    order_number TEXT NOT NULL REFERENCES orders (number),
    centre TEXT NOT NULL,
    status INTEGER NOT NULL,
    carrier TEXT,
    tracking_number TEXT,
    tracking_url TEXT,
    despatched_at TEXT,
    estimated_on TEXT,
    delivered_at TEXT,
    freight INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (order_number, centre)
);
CREATE TABLE invoices (
    number INTEGER PRIMARY KEY,
    series TEXT NOT NULL,
    order_number TEXT NOT NULL REFERENCES orders (number),
    company_id INTEGER NOT NULL REFERENCES companies (id),
    centre TEXT NOT NULL,
    access_key TEXT NOT NULL,
    issued_at TEXT NOT NULL,
    due_on TEXT NOT NULL,
    goods INTEGER NOT NULL,
    freight INTEGER NOT NULL,
    total INTEGER NOT NULL,
    open INTEGER NOT NULL,
    situation INTEGER NOT NULL
);
CREATE INDEX invoices_by_order ON invoices (order_number);
CREATE TABLE invoice_lines (
    invoice INTEGER NOT NULL REFERENCES invoices (number),
    position INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (invoice, position)
);
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    order_number TEXT NOT NULL REFERENCES orders (number),
    company_id INTEGER NOT NULL REFERENCES companies (id),
    invoice INTEGER REFERENCES invoices (number),
    kind INTEGER NOT NULL,
    title TEXT NOT NULL,
    filename TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER
);
CREATE INDEX documents_by_order ON documents (order_number);
"""


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection with rows by column name, closed at the end; for use in a worker thread."""
    connection = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        yield connection
    finally:
        connection.close()
