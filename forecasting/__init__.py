"""Weekly sales in, calibrated joint demand paths out. Pure: no files, no database, no clock."""
