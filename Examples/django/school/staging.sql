-- Tables for Rollbook's canonical CSV files (docs/Records.md), in the columns and the order in which
-- `rollbook generate school` writes them. Fill each with: \copy staging.students FROM 'school/students.csv' CSV HEADER

CREATE SCHEMA staging;

CREATE UNLOGGED TABLE staging.students (id bigint, first_name text, last_name text);
CREATE UNLOGGED TABLE staging.teachers (id bigint, first_name text, last_name text);
CREATE UNLOGGED TABLE staging.subjects (id bigint, name text);
CREATE UNLOGGED TABLE staging.classes (id bigint, name text);
CREATE UNLOGGED TABLE staging.enrollments (
    id bigint, student_id bigint, class_id bigint, subject_id bigint, is_active boolean
);
CREATE UNLOGGED TABLE staging.materials (id bigint, subject_id bigint, class_id bigint, title text);
CREATE UNLOGGED TABLE staging.material_submissions (
    id bigint, student_id bigint, material_id bigint, submitted_at timestamp with time zone, score numeric
);
CREATE UNLOGGED TABLE staging.assignments (
    id bigint, teacher_id bigint, class_id bigint, subject_id bigint, title text,
    created_at timestamp with time zone, due_at timestamp with time zone
);
CREATE UNLOGGED TABLE staging.assignment_submissions (
    id bigint, assignment_id bigint, student_id bigint, status text, submitted_at timestamp with time zone,
    graded_at timestamp with time zone, score numeric
);
CREATE UNLOGGED TABLE staging.attendance (id bigint, student_id bigint, class_id bigint, date date, status text);
CREATE UNLOGGED TABLE staging.class_teachers (class_id bigint, teacher_id bigint);
