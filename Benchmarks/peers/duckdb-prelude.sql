CREATE OR REPLACE TEMP MACRO micros_between(a, b) AS epoch_us(b) - epoch_us(a)
