-- [up]
-- Grain of each: one row per record. source_id is the source's own id where that is a text, origin the kind of source.
CREATE TABLE students (
    id bigint NOT NULL,
    first_name varchar NOT NULL,
    last_name varchar NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE teachers (
    id bigint NOT NULL,
    first_name varchar NOT NULL,
    last_name varchar NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE subjects (
    id bigint NOT NULL,
    name varchar NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE classes (
    id bigint NOT NULL,
    name varchar NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE enrollments (
    id bigint NOT NULL,
    student_id bigint NOT NULL,
    class_id bigint NOT NULL,
    subject_id bigint NOT NULL,
    is_active boolean NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE materials (
    id bigint NOT NULL,
    subject_id bigint NOT NULL,
    class_id bigint,
    title varchar NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE material_submissions (
    id bigint NOT NULL,
    student_id bigint NOT NULL,
    material_id bigint NOT NULL,
    submitted_at timestamp NOT NULL,
    score decimal(6,2),
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE assignments (
    id bigint NOT NULL,
    teacher_id bigint NOT NULL,
    class_id bigint NOT NULL,
    subject_id bigint NOT NULL,
    title varchar NOT NULL,
    created_at timestamp NOT NULL,
    due_at timestamp,
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE assignment_submissions (
    id bigint NOT NULL,
    assignment_id bigint NOT NULL,
    student_id bigint NOT NULL,
    status varchar NOT NULL,
    submitted_at timestamp NOT NULL,
    graded_at timestamp,
    score decimal(6,2),
    source_id varchar,
    origin varchar NOT NULL
);

CREATE TABLE attendance (
    id bigint NOT NULL,
    student_id bigint NOT NULL,
    class_id bigint NOT NULL,
    date date NOT NULL,
    status varchar NOT NULL,
    source_id varchar,
    origin varchar NOT NULL
);

-- Grain: one row per class and teacher.
CREATE TABLE class_teachers (
    class_id bigint NOT NULL,
    teacher_id bigint NOT NULL,
    origin varchar NOT NULL
);

-- Grain: one row per table and textual id. Rows stay when records go, so that a record that returns has its old id.
CREATE TABLE source_keys (
    table_name varchar NOT NULL,
    source_id varchar NOT NULL,
    id bigint NOT NULL
);

-- Grain: one row per origin, topic and source's id: what sources of changes must know of earlier imports and no record
-- holds. Rows stay when records go, as those of source_keys do.
CREATE TABLE source_memory (
    origin varchar NOT NULL,
    topic varchar NOT NULL,
    source_id varchar NOT NULL,
    value varchar NOT NULL
);

-- [up maintained]
-- Grain: one row where views over a platform's tables stand in the place of the record tables, else none: the mapping that
-- they were made from.
CREATE TABLE record_mapping (
    file varchar NOT NULL,
    text varchar NOT NULL,
    applied_at timestamp NOT NULL
);

-- Imports look records up by id. They refuse doubles by themselves: the keys are for speed first.
ALTER TABLE students ADD PRIMARY KEY (id);
ALTER TABLE teachers ADD PRIMARY KEY (id);
ALTER TABLE subjects ADD PRIMARY KEY (id);
ALTER TABLE classes ADD PRIMARY KEY (id);
ALTER TABLE enrollments ADD PRIMARY KEY (id);
ALTER TABLE materials ADD PRIMARY KEY (id);
ALTER TABLE material_submissions ADD PRIMARY KEY (id);
ALTER TABLE assignments ADD PRIMARY KEY (id);
ALTER TABLE assignment_submissions ADD PRIMARY KEY (id);
ALTER TABLE attendance ADD PRIMARY KEY (id);
ALTER TABLE class_teachers ADD PRIMARY KEY (class_id, teacher_id);

-- Imports and questions find records by the source's id. A source's id may be longer than a row of an ordered index.
CREATE INDEX source_keys_by_source_id ON source_keys USING hash (source_id);
CREATE INDEX source_memory_by_source_id ON source_memory USING hash (source_id);
CREATE INDEX students_by_source_id ON students USING hash (source_id);
CREATE INDEX teachers_by_source_id ON teachers USING hash (source_id);
CREATE INDEX subjects_by_source_id ON subjects USING hash (source_id);
CREATE INDEX classes_by_source_id ON classes USING hash (source_id);

-- attendance-correlation reads the days of the weeks that a window cuts. Registers come in by date, so that blocks of rows
-- hold few days.
CREATE INDEX attendance_by_date ON attendance USING brin (date);

-- [down maintained]
DROP TABLE record_mapping;

-- [down]
DROP TABLE source_memory;
DROP TABLE source_keys;
DROP TABLE class_teachers;
DROP TABLE attendance;
DROP TABLE assignment_submissions;
DROP TABLE assignments;
DROP TABLE material_submissions;
DROP TABLE materials;
DROP TABLE enrollments;
DROP TABLE classes;
DROP TABLE subjects;
DROP TABLE teachers;
DROP TABLE students;
