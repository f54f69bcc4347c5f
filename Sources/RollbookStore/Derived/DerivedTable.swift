/// A table that the store derives from the records at the end of every load, so that reports read little.
///
/// It holds nothing that the records do not: it may be dropped and made anew at any time.
public struct DerivedTable: Sendable {
    /// The table's name, which reports read.
    public let name: String
    /// The query that makes it, with `{local date of …}` where an instant becomes a date of the policy's zone.
    let query: String
    /// The columns by whose order the rows are stored where tables are made anew.
    let order: String
    /// The columns that depend on the zone.
    let localColumns: [String]
    /// How it stands where tables are maintained.
    let standing: StandingForm

    /// All of them, in the order in which they are made.
    public static let all = [
        DerivedTable(
            name: "submissions_by_month", query: SQLFiles.submissionsByMonth,
            order: "CAST(date_trunc('month', submitted_on) AS date), student_id, subject_id",
            localColumns: ["submitted_on", "opens_day"], standing: .table(.submissionsByMonth)),
        DerivedTable(
            name: "grades_by_student", query: SQLFiles.gradesByStudent, order: "student_id, submitted_at",
            localColumns: ["submitted_on"], standing: .view),
        DerivedTable(
            name: "class_submissions", query: SQLFiles.classSubmissions, order: "class_id, submitted_on",
            localColumns: ["submitted_on"], standing: .table(.classSubmissions)),
        DerivedTable(
            name: "attendance_weeks", query: SQLFiles.attendanceWeeks, order: "week_on, student_id", localColumns: [],
            standing: .table(.attendanceWeeks)),
        DerivedTable(
            name: "teacher_submissions", query: SQLFiles.teacherSubmissions, order: "teacher_id, created_at",
            localColumns: [], standing: .table(.teacherSubmissions)),
    ]
}
