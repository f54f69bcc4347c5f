-- Students and teachers of canonical files are numbered apart and often share ids; in Django both are users and cannot.
-- Moves the teachers' ids up, beyond those of any student, in the staging tables: teacher 7 becomes 1,000,000,007.

UPDATE staging.teachers SET id = id + 1000000000;
UPDATE staging.assignments SET teacher_id = teacher_id + 1000000000;
UPDATE staging.class_teachers SET teacher_id = teacher_id + 1000000000;
