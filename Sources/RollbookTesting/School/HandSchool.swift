public import RollbookModel

/// A school small enough to check by hand, with every edge on which a figure could go wrong.
///
/// Ada (1) works in two classes of mathematics; Bo (2) and Cy (3) tie; Di (4) has only work that is not graded; Ed (5) is
/// enrolled, but not actively, and has only excused days; Flo (6) handed in once. As-of is a Monday, the day after clocks
/// went forward in Berlin.
public enum HandSchool {
    /// The instant for which expected answers hold: Monday, 2025-03-31, noon.
    public static let asOf = at("2025-03-31T12:00:00Z")

    /// The number of students.
    public static let studentCount = 6

    /// All records.
    public static let records: SchoolRecords = {
        var school = SchoolRecords()
        school.students = [
            .init(id: 1, firstName: "Ada", lastName: "Byron"), .init(id: 2, firstName: "Bo", lastName: "O'Hara"),
            .init(id: 3, firstName: "Cy", lastName: "Ünal"), .init(id: 4, firstName: "Di", lastName: "Dee"),
            .init(id: 5, firstName: "Ed", lastName: "Eck"), .init(id: 6, firstName: "Flo", lastName: "Fox"),
        ]
        school.teachers = [
            .init(id: 1, firstName: "Tim", lastName: "Tell"), .init(id: 2, firstName: "Uma", lastName: "Urs"),
        ]
        school.subjects = [.init(id: 1, name: "Mathematics"), .init(id: 2, name: "Physics"), .init(id: 3, name: "Art")]
        school.classes = [.init(id: 1, name: "7a"), .init(id: 2, name: "7b"), .init(id: 3, name: "8a")]
        school.enrollments = enrollments
        school.materials = [
            .init(id: 1, subject: 1, schoolClass: nil), .init(id: 2, subject: 1, schoolClass: 2),
            .init(id: 3, subject: 2, schoolClass: 1), .init(id: 4, subject: 2, schoolClass: nil),
        ]
        school.materialSubmissions = materialSubmissions
        school.assignments = assignments
        school.assignmentSubmissions = assignmentSubmissions
        school.attendance = attendance
        return school
    }()

    private static let enrollments: [SchoolRecords.Enrollment] = [
        .init(id: 1, student: 1, schoolClass: 1, subject: 1, isActive: true),
        // The same enrollment again: it counts once.
        .init(id: 2, student: 1, schoolClass: 1, subject: 1, isActive: true),
        // And in a second class of the subject: its work for all classes counts there, too.
        .init(id: 3, student: 1, schoolClass: 2, subject: 1, isActive: true),
        .init(id: 4, student: 1, schoolClass: 1, subject: 2, isActive: true),
        .init(id: 5, student: 2, schoolClass: 1, subject: 1, isActive: true),
        .init(id: 6, student: 3, schoolClass: 2, subject: 1, isActive: true),
        .init(id: 7, student: 4, schoolClass: 1, subject: 2, isActive: true),
        .init(id: 8, student: 5, schoolClass: 1, subject: 1, isActive: false),
        // A class in which nobody has handed in anything.
        .init(id: 9, student: 6, schoolClass: 3, subject: 3, isActive: true),
    ]

    private static let materialSubmissions: [SchoolRecords.MaterialSubmission] = [
        // Ada, mathematics: 69.99, 70.00, 70.01 average 70.00; beside midnight of the day on which the clock moves.
        work(1, 1, 1, "2025-03-29T22:59:59.999999Z", 6_999), work(2, 1, 1, "2025-03-29T23:00:00Z", 7_000),
        work(3, 1, 1, "2025-03-30T22:00:00Z", 7_001),
        // The same class's material, and another class's.
        work(4, 1, 2, "2025-03-24T00:00:00Z", 10_000), work(5, 1, 3, "2025-03-23T23:59:59.999999Z", 9_000),
        work(6, 1, 3, "2025-02-28T23:30:00Z", 8_999), work(7, 1, 4, "2025-03-31T12:00:00Z", nil),
        // Bo and Cy: equal averages of 80, three submissions against two; Cy also in the other class.
        work(8, 2, 1, "2025-03-01T08:00:00Z", 7_000), work(9, 2, 1, "2025-03-11T08:00:00Z", 8_000),
        work(10, 2, 1, "2025-03-21T08:00:00Z", 9_000), work(11, 3, 1, "2025-03-24T12:00:00Z", 8_000),
        work(12, 3, 2, "2025-03-24T12:00:00.000001Z", 8_000),
        // Bo works in a subject without being enrolled: it counts in no class.
        work(13, 2, 3, "2025-03-25T08:00:00Z", 0),
        // Di: nothing graded. Ed: not actively enrolled.
        work(14, 4, 3, "2025-03-31T23:59:59.999999Z", nil), work(15, 4, 4, "2025-03-31T00:00:00Z", nil),
        work(16, 5, 1, "2025-03-20T10:00:00Z", 5_000),
        // Flo: once, and once after the as-of date.
        work(17, 6, 4, "2025-03-15T10:00:00Z", 10_000), work(18, 6, 4, "2025-04-01T00:00:00Z", 0),
    ]

    private static let assignments: [SchoolRecords.Assignment] = [
        .init(id: 1, teacher: 1, schoolClass: 1, subject: 1, createdAt: at("2025-03-01T08:00:00Z")),
        .init(id: 2, teacher: 1, schoolClass: 1, subject: 2, createdAt: at("2025-03-31T23:00:00Z")),
        // Before the last 30 dates in UTC, on the first of them in Berlin.
        .init(id: 3, teacher: 1, schoolClass: 2, subject: 1, createdAt: at("2025-03-01T23:30:00Z")),
    ]

    private static let assignmentSubmissions: [SchoolRecords.AssignmentSubmission] = [
        // Exactly seven days before as-of is not overdue; a microsecond more is.
        review(1, 3, 1, "pending", "2025-03-24T12:00:00Z"), review(2, 3, 2, "pending", "2025-03-24T11:59:59.999999Z"),
        review(3, 3, 3, "graded", "2025-03-10T10:00:00Z", "2025-03-10T11:00:00Z", 8_000),
        review(4, 3, 4, "graded", "2025-03-10T10:00:00Z", "2025-03-10T12:30:00Z", 6_000),
        review(5, 2, 1, "graded", "2025-03-31T23:30:00Z", "2025-04-01T05:30:00Z", 9_000),
        // A grade without its time; returned without a grade; after the as-of date.
        review(6, 2, 2, "graded", "2025-03-31T10:00:00Z", nil, 7_500),
        review(7, 2, 3, "returned", "2025-03-31T10:00:00Z", "2025-03-31T11:00:00Z"),
        review(8, 2, 4, "pending", "2025-04-01T00:00:00Z"),
    ]

    private static let attendance: [SchoolRecords.Attendance] = [
        day(1, 1, "2025-03-03", "present"), day(2, 1, "2025-03-10", "late"), day(3, 1, "2025-03-31", "present"),
        day(4, 1, "2025-03-31", "excused"), day(5, 2, "2025-03-03", "present"), day(6, 2, "2025-03-04", "absent"),
        day(7, 3, "2025-03-03", "late"), day(8, 3, "2025-03-04", "absent"), day(9, 3, "2025-03-05", "absent"),
        day(10, 3, "2025-03-06", "absent"), day(11, 4, "2025-03-03", "present"), day(12, 5, "2025-03-03", "excused"),
        // The day after as-of, and the 91st before.
        day(13, 6, "2025-04-01", "present"), day(14, 6, "2024-12-31", "present"),
    ]

    private static func at(_ text: String) -> Instant { Instant(parsing: text) ?? Instant(secondsSinceEpoch: 0) }

    private static func work(
        _ id: Int64, _ student: Int64, _ material: Int64, _ time: String, _ score: Int64?
    ) -> SchoolRecords.MaterialSubmission {
        .init(id: id, student: student, material: material, submittedAt: at(time), score: score)
    }

    private static func review(
        _ id: Int64, _ assignment: Int64, _ student: Int64, _ status: String, _ submitted: String,
        _ graded: String? = nil, _ score: Int64? = nil
    ) -> SchoolRecords.AssignmentSubmission {
        .init(
            id: id, assignment: assignment, student: student, status: status, submittedAt: at(submitted),
            gradedAt: graded.map(at), score: score)
    }

    private static func day(
        _ id: Int64, _ student: Int64, _ date: String, _ status: String
    ) -> SchoolRecords.Attendance {
        .init(
            id: id, student: student, schoolClass: 1,
            date: CalendarDate(parsing: date) ?? CalendarDate(daysSinceEpoch: 0),
            status: status)
    }
}
