-- Minimums across variants, when the rest of an order is due, and room that can be reserved at Amazon for a fee.
ALTER TABLE records.catalogue_entry ADD COLUMN moq_group VARCHAR;
ALTER TABLE records.catalogue_entry ADD COLUMN moq_group_minimum INTEGER;
ALTER TABLE records.supplier ADD COLUMN balance_days INTEGER;
ALTER TABLE records.capacity_limit ADD COLUMN reservation_fee DOUBLE;
ALTER TABLE records.capacity_limit ADD COLUMN reservation_currency VARCHAR;
ALTER TABLE records.capacity_limit ADD COLUMN reservation_most DOUBLE;
