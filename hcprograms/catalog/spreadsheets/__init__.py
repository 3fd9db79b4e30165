"""The catalog as spreadsheets: one module per sheet, reading and writing of files."""
