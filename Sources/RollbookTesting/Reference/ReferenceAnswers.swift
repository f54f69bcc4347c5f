public import RollbookModel

/// What every report and view must answer, computed from plain arrays with exact fractions, slowly and without SQL:
/// each function is a paragraph of the definitions, read word by word.
public struct ReferenceAnswers: Sendable {
    /// Rows, how many there are before the page is cut, and the summary where there is one.
    public struct Answer: Hashable, Sendable {
        /// The rows of the page.
        public let rows: [[Value]]
        /// All rows.
        public let totalCount: Int
        /// The summary's values, in order, without its note.
        public let summary: [Value]?
    }

    let school: SchoolRecords
    let parameters: [String: String]
    let policy: Policy
    let asOf: Instant

    /// The answer to a question about a school.
    public static func answer(_ question: SchoolQuestion, of school: SchoolRecords) -> Answer {
        ReferenceAnswers(
            school: school, parameters: question.parameters, policy: question.policy, asOf: question.asOf
        ).answer(question.name)
    }

    private func answer(_ name: String) -> Answer {
        switch name {
        case "student-progress": page(studentProgress, limit: 100)
        case "subject-comparison": page(subjectComparison, limit: 50)
        case "teacher-workload": whole(teacherWorkload)
        case "attendance-correlation": attendanceCorrelation
        case "top-performers": performers(isTop: true)
        case "bottom-performers": performers(isTop: false)
        case "student-engagement": page(studentEngagement, limit: 100)
        case "class-trends": page(classTrends, limit: 1000)
        case "engagement-trend": whole(engagementTrend)
        case "student_grade_summary": page(studentGradeSummary, limit: 1000)
        case "class_progress_summary": page(classProgressSummary, limit: 1000)
        case "teacher_workload": page(teacherWorkloadView, limit: 1000)
        case "subject_performance": page(subjectPerformance, limit: 1000)
        default: whole([])
        }
    }

    // MARK: Parameters

    func number(_ name: String, _ standard: Int) -> Int { parameters[name].flatMap { Int($0) } ?? standard }

    func identifier(_ name: String) -> Int64? { parameters[name].flatMap { Int64($0) } }

    func period(_ standard: Period) -> Period { parameters["by"].flatMap(Period.init(rawValue:)) ?? standard }

    private func page(_ rows: [[Value]], limit: Int) -> Answer {
        let page = rows.dropFirst(number("offset", 0)).prefix(min(number("limit", limit), 10_000))
        return Answer(rows: Array(page), totalCount: rows.count, summary: nil)
    }

    private func whole(_ rows: [[Value]]) -> Answer { Answer(rows: rows, totalCount: rows.count, summary: nil) }

    // MARK: Time

    func localDate(_ instant: Instant) -> CalendarDate { policy.timeZone.date(of: instant) }

    /// Whether a date is one of the last so many that end with the date of as-of; nil: of all up to it.
    func isInWindow(_ date: CalendarDate, days: Int?) -> Bool {
        let last = localDate(asOf)
        guard date <= last else { return false }
        guard let days else { return true }
        return last.daysSinceEpoch - date.daysSinceEpoch < Int32(days)
    }

    func isInWindow(_ instant: Instant, days: Int?) -> Bool { isInWindow(localDate(instant), days: days) }

    /// Whether an instant lies more than so many times 24 hours before as-of.
    func isBefore(_ instant: Instant, days: Int) -> Bool {
        asOf.microsecondsSinceEpoch - instant.microsecondsSinceEpoch > Int64(days) * 86_400_000_000
    }

    // MARK: Submissions

    /// A material submission with what it belongs to.
    struct Work {
        let student: Int64
        let subject: Int64
        let schoolClass: Int64?
        let at: Instant
        let hundredths: Int64?

        var score: ExactRatio? { hundredths.map { ExactRatio(Int128($0), 100) } }
    }

    var allWork: [Work] {
        school.materialSubmissions.compactMap { submission in
            school.materials.first { $0.id == submission.material }.map {
                Work(
                    student: submission.student, subject: $0.subject, schoolClass: $0.schoolClass,
                    at: submission.submittedAt, hundredths: submission.score)
            }
        }
    }

    var gradedWork: [Work] { allWork.filter { $0.hundredths != nil } }

    /// A submission counts in a class when its student is actively enrolled there for its material's subject, and the
    /// material belongs to that class or to no class.
    func counts(_ work: Work, in schoolClass: Int64) -> Bool {
        let isEnrolled = school.enrollments.contains {
            $0.isActive && $0.student == work.student && $0.schoolClass == schoolClass && $0.subject == work.subject
        }
        return isEnrolled && (work.schoolClass == nil || work.schoolClass == schoolClass)
    }
}

extension [ReferenceAnswers.Work] {
    var scores: [ExactRatio] { compactMap(\.score) }
    var first: Value { self.map(\.at).min().map(Value.instant) ?? .null }
    var last: Value { self.map(\.at).max().map(Value.instant) ?? .null }
    var students: Set<Int64> { Set(self.map(\.student)) }

    func passRate(_ policy: Policy) -> Value {
        percentage(filter { ($0.hundredths ?? -1) >= policy.passMark.units }.count, of: scores.count)
    }

    /// (last - first) / (n - 1) in days; null for n < 2.
    var spacing: Value {
        let times = self.map(\.at.microsecondsSinceEpoch)
        guard count >= 2, let first = times.min(), let last = times.max() else { return .null }
        return ExactRatio(Int128(last - first), Int128(count - 1) * 86_400_000_000).rounded
    }

    var lowest: Value { (scores.min()).rounded }
    var highest: Value { (scores.max()).rounded }
    var average: Value { scores.mean.rounded }
    var deviation: Value { scores.variance?.roundedSquareRoot ?? .null }
}
