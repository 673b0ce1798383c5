-- An order received in parts keeps each part; what was booked before counts as one, on the day of its last.
CREATE TABLE records.purchase_order_receipt (
    order_number VARCHAR NOT NULL, order_line INTEGER NOT NULL, received_on DATE NOT NULL, units INTEGER NOT NULL);
INSERT INTO records.purchase_order_receipt
SELECT order_number, order_line, received_on, received FROM records.purchase_order_line
WHERE received > 0 AND received_on IS NOT NULL;
