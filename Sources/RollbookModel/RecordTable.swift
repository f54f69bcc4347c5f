/// The kinds of records that every engine holds, in the order in which they can be loaded: a table refers only to those
/// before it.
public enum RecordTable: String, CaseIterable, Sendable {
    case students
    case teachers
    case subjects
    case classes
    case enrollments
    case materials
    case materialSubmissions = "material_submissions"
    case assignments
    case assignmentSubmissions = "assignment_submissions"
    case attendance
    /// Who teaches a class, beside the teachers of its assignments; filled by sources that know.
    case classTeachers = "class_teachers"

    /// What a column of a record holds.
    public enum ColumnType: Hashable, Sendable {
        /// The record's own id. A source's whole number is kept; a text gets a surrogate and is kept in `source_id`.
        case key
        /// The id of a record of another table.
        case reference(RecordTable)
        /// A text, not empty.
        case text
        /// One of a few words.
        case oneOf([String])
        /// True or false.
        case boolean
        /// A calendar date.
        case date
        /// An instant in UTC.
        case instant
        /// Points, 0.00 to 100.00, as `DECIMAL(6,2)`.
        case score
    }

    /// A column of a record.
    public struct Column: Hashable, Sendable {
        /// The column's name.
        public let name: String
        /// What it holds.
        public let type: ColumnType
        /// Whether it may be empty.
        public let isOptional: Bool
        /// What it means.
        public let meaning: String

        init(_ name: String, _ type: ColumnType, optional: Bool = false, _ meaning: String) {
            self.name = name
            self.type = type
            self.isOptional = optional
            self.meaning = meaning
        }
    }

    /// The columns, beside `source_id`; the key, where there is one, comes first.
    public var columns: [Column] {
        switch self {
        case .students, .teachers: Self.personColumns
        case .subjects, .classes: Self.namedColumns
        case .enrollments: Self.enrollmentColumns
        case .materials: Self.materialColumns
        case .materialSubmissions: Self.materialSubmissionColumns
        case .assignments: Self.assignmentColumns
        case .assignmentSubmissions: Self.assignmentSubmissionColumns
        case .attendance: Self.attendanceColumns
        case .classTeachers: Self.classTeacherColumns
        }
    }

    /// Whether records have an id of their own; those of `class_teachers` are the pair itself.
    public var hasKey: Bool { self != .classTeachers }

    private static let id = Column("id", .key, "the record's id")

    private static let personColumns = [
        id, Column("first_name", .text, "given name"), Column("last_name", .text, "family name"),
    ]
    private static let namedColumns = [id, Column("name", .text, "the name people use")]
    private static let enrollmentColumns = [
        id, Column("student_id", .reference(.students), "who is enrolled"),
        Column("class_id", .reference(.classes), "in which class"),
        Column("subject_id", .reference(.subjects), "for which subject"),
        Column("is_active", .boolean, "whether the student still attends"),
    ]
    private static let materialColumns = [
        id, Column("subject_id", .reference(.subjects), "the subject it belongs to"),
        Column(
            "class_id", .reference(.classes), optional: true,
            "the class it belongs to; empty: all classes of the subject share it"),
        Column("title", .text, "the title people see"),
    ]
    private static let materialSubmissionColumns = [
        id, Column("student_id", .reference(.students), "who submitted"),
        Column("material_id", .reference(.materials), "to which material"),
        Column("submitted_at", .instant, "when"),
        Column("score", .score, optional: true, "points; empty: not graded yet"),
    ]
    private static let assignmentColumns = [
        id, Column("teacher_id", .reference(.teachers), "who set it and reviews it"),
        Column("class_id", .reference(.classes), "for which class"),
        Column("subject_id", .reference(.subjects), "in which subject"),
        Column("title", .text, "the title people see"), Column("created_at", .instant, "when it was set"),
        Column("due_at", .instant, optional: true, "when it is due; empty: no due date"),
    ]
    private static let assignmentSubmissionColumns = [
        id, Column("assignment_id", .reference(.assignments), "to which assignment"),
        Column("student_id", .reference(.students), "who submitted"),
        Column("status", .oneOf(["pending", "graded", "returned"]), "how far the review is"),
        Column("submitted_at", .instant, "when it was submitted"),
        Column("graded_at", .instant, optional: true, "when it was graded; empty: not yet"),
        Column("score", .score, optional: true, "points; empty: not graded yet"),
    ]
    private static let attendanceColumns = [
        id, Column("student_id", .reference(.students), "who"),
        Column("class_id", .reference(.classes), "in which class"), Column("date", .date, "on which date"),
        Column("status", .oneOf(["present", "late", "absent", "excused"]), "what the register says"),
    ]
    private static let classTeacherColumns = [
        Column("class_id", .reference(.classes), "the class"),
        Column("teacher_id", .reference(.teachers), "who teaches it"),
    ]
}
