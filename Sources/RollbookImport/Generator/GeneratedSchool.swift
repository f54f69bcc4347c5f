public import RollbookModel

/// A school made up by rule: one year of students, classes, submissions, assignments and attendance.
///
/// The same number of students, seed and last date give the same records in the same order, on every machine. There are
/// about 100 material submissions (or as many as asked for), 20 assignment submissions and 180 days of attendance for each
/// student. The year has three terms with breaks between them, and nothing happens after its last date. Ids ascend
/// with time, as those of a platform that has been in use for a year. Nobody in it exists.
public struct GeneratedSchool: RecordSource {
    /// `generated`.
    public let origin = "generated"
    /// All there is.
    public let coverage = SourceCoverage.bulk
    /// All tables.
    public let tables = RecordTable.allCases

    /// The last date of the year where none is asked for: Friday, 2026-06-26.
    public static let defaultEnd = CalendarDate(daysSinceEpoch: 20_630)
    /// How many students a school may have.
    public static let studentRange = 1...2_000_000
    /// How many material submissions a student may make in the year, on average.
    public static let submissionRange = 1...1_000

    /// The number of students.
    public let students: Int
    /// What all chance depends on.
    public let seed: UInt64
    /// The last date of the school year, of 300 days.
    public let endsOn: CalendarDate
    /// Material submissions of a student in the year, on average.
    public let submissionsPerStudent: Int

    /// Describes a school; it is made when it is read.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` where a number is outside ``studentRange`` or
    ///   ``submissionRange``, or the year is not between 1901 and 2199.
    public init(
        students: Int, seed: UInt64, endsOn: CalendarDate = Self.defaultEnd, submissionsPerStudent: Int = 100
    ) throws {
        try Self.check(students, "students", Self.studentRange)
        try Self.check(submissionsPerStudent, "submissions-per-student", Self.submissionRange)
        guard (1901...2199).contains(endsOn.components.year) else {
            throw RollbookError(
                .invalidArgument, "the last date of the school year lies from 1901-01-01 to 2199-12-31",
                subject: "ends-on")
        }
        self.students = students
        self.seed = seed
        self.endsOn = endsOn
        self.submissionsPerStudent = submissionsPerStudent
    }

    /// Makes the school, table by table.
    ///
    /// - Throws: ``RollbookError`` with `cancelled` where the task is; whatever the sink throws.
    public func read(into sink: any RecordSink) async throws {
        let school = SchoolPlan(self)
        let delivery = RowDelivery(sink: sink)
        try await delivery.deliver(PersonRows<StudentKind>(school))
        try await delivery.deliver(PersonRows<TeacherKind>(school))
        try await delivery.deliver(NamedRows<SubjectKind>(school))
        try await delivery.deliver(NamedRows<ClassKind>(school))
        try await delivery.deliver(EnrollmentRows(school))
        try await delivery.deliver(MaterialRows(school))
        try await delivery.deliver(MaterialSubmissionRows(school))
        let assignments = AssignmentPlan.assignments(of: school)
        try await delivery.deliver(AssignmentRows(school, assignments))
        try await delivery.deliver(AssignmentSubmissionRows(school, assignments))
        try await delivery.deliver(AttendanceRows(school))
        try await delivery.deliver(ClassTeacherRows(school))
    }

    private static func check(_ value: Int, _ name: String, _ range: ClosedRange<Int>) throws {
        guard !range.contains(value) else { return }
        throw RollbookError(
            .invalidArgument, "\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound)",
            subject: name)
    }
}
