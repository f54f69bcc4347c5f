-- The indexes and foreign keys that Django 5.2's migrations add to the tables of schema.sql: one index for each foreign key,
-- and the unique constraint of the many-to-many table.

CREATE INDEX accounts_user_username_6088629e_like ON accounts_user (username varchar_pattern_ops);
ALTER TABLE accounts_schoolclass_teachers
    ADD CONSTRAINT accounts_schoolclass_tea_schoolclass_id_user_id_c2ad2879_uniq UNIQUE (schoolclass_id, user_id);
ALTER TABLE accounts_schoolclass_teachers
    ADD CONSTRAINT accounts_schoolclass_schoolclass_id_05124447_fk_accounts_
    FOREIGN KEY (schoolclass_id) REFERENCES accounts_schoolclass (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE accounts_schoolclass_teachers
    ADD CONSTRAINT accounts_schoolclass_user_id_81b614d1_fk_accounts_
    FOREIGN KEY (user_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX accounts_schoolclass_teachers_schoolclass_id_05124447 ON accounts_schoolclass_teachers (schoolclass_id);
CREATE INDEX accounts_schoolclass_teachers_user_id_81b614d1 ON accounts_schoolclass_teachers (user_id);
ALTER TABLE accounts_studentprofile
    ADD CONSTRAINT accounts_studentprofile_user_id_04a48d2e_fk_accounts_user_id
    FOREIGN KEY (user_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE materials_material
    ADD CONSTRAINT materials_material_class_id_aaa2d933_fk_accounts_schoolclass_id
    FOREIGN KEY (class_id) REFERENCES accounts_schoolclass (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE materials_material
    ADD CONSTRAINT materials_material_subject_id_7581224c_fk_materials_subject_id
    FOREIGN KEY (subject_id) REFERENCES materials_subject (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX materials_material_class_id_aaa2d933 ON materials_material (class_id);
CREATE INDEX materials_material_subject_id_7581224c ON materials_material (subject_id);
ALTER TABLE materials_materialsubmission
    ADD CONSTRAINT materials_materialsu_material_id_d679b1e9_fk_materials
    FOREIGN KEY (material_id) REFERENCES materials_material (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE materials_materialsubmission
    ADD CONSTRAINT materials_materialsu_student_id_6f4a3b3b_fk_accounts_
    FOREIGN KEY (student_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX materials_materialsubmission_material_id_d679b1e9 ON materials_materialsubmission (material_id);
CREATE INDEX materials_materialsubmission_student_id_6f4a3b3b ON materials_materialsubmission (student_id);
ALTER TABLE materials_studentsubjectenrollment
    ADD CONSTRAINT materials_studentsub_class_id_d36563b0_fk_accounts_
    FOREIGN KEY (class_id) REFERENCES accounts_schoolclass (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE materials_studentsubjectenrollment
    ADD CONSTRAINT materials_studentsub_student_id_59418db7_fk_accounts_
    FOREIGN KEY (student_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE materials_studentsubjectenrollment
    ADD CONSTRAINT materials_studentsub_subject_id_f19b8436_fk_materials
    FOREIGN KEY (subject_id) REFERENCES materials_subject (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX materials_studentsubjectenrollment_class_id_d36563b0 ON materials_studentsubjectenrollment (class_id);
CREATE INDEX materials_studentsubjectenrollment_student_id_59418db7 ON materials_studentsubjectenrollment (student_id);
CREATE INDEX materials_studentsubjectenrollment_subject_id_f19b8436 ON materials_studentsubjectenrollment (subject_id);
ALTER TABLE assignments_assignment
    ADD CONSTRAINT assignments_assignme_created_by_id_400f0633_fk_accounts_
    FOREIGN KEY (created_by_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assignments_assignment
    ADD CONSTRAINT assignments_assignme_class_id_4adb3ab4_fk_accounts_
    FOREIGN KEY (class_id) REFERENCES accounts_schoolclass (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assignments_assignment
    ADD CONSTRAINT assignments_assignme_subject_id_e5f926a7_fk_materials
    FOREIGN KEY (subject_id) REFERENCES materials_subject (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX assignments_assignment_created_by_id_400f0633 ON assignments_assignment (created_by_id);
CREATE INDEX assignments_assignment_class_id_4adb3ab4 ON assignments_assignment (class_id);
CREATE INDEX assignments_assignment_subject_id_e5f926a7 ON assignments_assignment (subject_id);
ALTER TABLE assignments_assignmentsubmission
    ADD CONSTRAINT assignments_assignme_assignment_id_a4b19ee6_fk_assignmen
    FOREIGN KEY (assignment_id) REFERENCES assignments_assignment (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE assignments_assignmentsubmission
    ADD CONSTRAINT assignments_assignme_student_id_7b7a3f9d_fk_accounts_
    FOREIGN KEY (student_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX assignments_assignmentsubmission_assignment_id_a4b19ee6 ON assignments_assignmentsubmission (assignment_id);
CREATE INDEX assignments_assignmentsubmission_student_id_7b7a3f9d ON assignments_assignmentsubmission (student_id);
ALTER TABLE scheduling_attendance
    ADD CONSTRAINT scheduling_attendanc_class_id_5daa854c_fk_accounts_
    FOREIGN KEY (class_id) REFERENCES accounts_schoolclass (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE scheduling_attendance
    ADD CONSTRAINT scheduling_attendance_user_id_fb5014ce_fk_accounts_user_id
    FOREIGN KEY (user_id) REFERENCES accounts_user (id) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX scheduling_attendance_class_id_5daa854c ON scheduling_attendance (class_id);
CREATE INDEX scheduling_attendance_user_id_fb5014ce ON scheduling_attendance (user_id);
