import RollbookModel

/// A whole school as plain arrays: small enough to write by hand, to make up at random, and to compute on without SQL.
public struct SchoolRecords: Sendable {
    /// A student or a teacher.
    public struct Person: Hashable, Sendable {
        var id: Int64
        var firstName: String
        var lastName: String
    }

    /// A subject or a class.
    public struct Named: Hashable, Sendable {
        var id: Int64
        var name: String
    }

    /// Who attends which class for which subject.
    public struct Enrollment: Hashable, Sendable {
        var id: Int64
        var student: Int64
        var schoolClass: Int64
        var subject: Int64
        var isActive: Bool
    }

    /// Something to work on; without a class all classes of the subject share it.
    public struct Material: Hashable, Sendable {
        var id: Int64
        var subject: Int64
        var schoolClass: Int64?
    }

    /// A student's work on a material; a score in hundredths of a point, or none yet.
    public struct MaterialSubmission: Hashable, Sendable {
        var id: Int64
        var student: Int64
        var material: Int64
        var submittedAt: Instant
        var score: Int64?
    }

    /// What a teacher has set.
    public struct Assignment: Hashable, Sendable {
        var id: Int64
        var teacher: Int64
        var schoolClass: Int64
        var subject: Int64
        var createdAt: Instant
    }

    /// A student's work on an assignment.
    public struct AssignmentSubmission: Hashable, Sendable {
        var id: Int64
        var assignment: Int64
        var student: Int64
        var status: String
        var submittedAt: Instant
        var gradedAt: Instant?
        var score: Int64?
    }

    /// What the register says.
    public struct Attendance: Hashable, Sendable {
        var id: Int64
        var student: Int64
        var schoolClass: Int64
        var date: CalendarDate
        var status: String
    }

    var students: [Person] = []
    var teachers: [Person] = []
    var subjects: [Named] = []
    var classes: [Named] = []
    var enrollments: [Enrollment] = []
    var materials: [Material] = []
    var materialSubmissions: [MaterialSubmission] = []
    var assignments: [Assignment] = []
    var assignmentSubmissions: [AssignmentSubmission] = []
    var attendance: [Attendance] = []

    /// The school as a source of records.
    public var source: RowSource { RowSource(origin: "test-school", tables: rows) }

    private var rows: [(table: RecordTable, rows: [[Value]])] {
        [
            (.students, students.map { [.integer($0.id), .text($0.firstName), .text($0.lastName)] }),
            (.teachers, teachers.map { [.integer($0.id), .text($0.firstName), .text($0.lastName)] }),
            (.subjects, subjects.map { [.integer($0.id), .text($0.name)] }),
            (.classes, classes.map { [.integer($0.id), .text($0.name)] }),
            (.enrollments, enrollments.map(\.row)), (.materials, materials.map(\.row)),
            (.materialSubmissions, materialSubmissions.map(\.row)), (.assignments, assignments.map(\.row)),
            (.assignmentSubmissions, assignmentSubmissions.map(\.row)), (.attendance, attendance.map(\.row)),
        ]
    }
}

extension SchoolRecords.Enrollment {
    fileprivate var row: [Value] {
        [.integer(id), .integer(student), .integer(schoolClass), .integer(subject), .boolean(isActive)]
    }
}

extension SchoolRecords.Material {
    fileprivate var row: [Value] {
        [.integer(id), .integer(subject), schoolClass.map(Value.integer) ?? .null, .text("Material \(id)")]
    }
}

extension SchoolRecords.MaterialSubmission {
    fileprivate var row: [Value] {
        [.integer(id), .integer(student), .integer(material), .instant(submittedAt), .hundredths(score)]
    }
}

extension SchoolRecords.Assignment {
    fileprivate var row: [Value] {
        [
            .integer(id), .integer(teacher), .integer(schoolClass), .integer(subject), .text("Assignment \(id)"),
            .instant(createdAt), .null,
        ]
    }
}

extension SchoolRecords.AssignmentSubmission {
    fileprivate var row: [Value] {
        [
            .integer(id), .integer(assignment), .integer(student), .text(status), .instant(submittedAt),
            gradedAt.map(Value.instant) ?? .null, .hundredths(score),
        ]
    }
}

extension SchoolRecords.Attendance {
    fileprivate var row: [Value] {
        [.integer(id), .integer(student), .integer(schoolClass), .date(date), .text(status)]
    }
}

extension Value {
    /// A score of so many hundredths of a point, or none.
    fileprivate static func hundredths(_ score: Int64?) -> Value {
        score.map { .decimal(FixedDecimal(units: $0, scale: 2)) } ?? .null
    }
}
