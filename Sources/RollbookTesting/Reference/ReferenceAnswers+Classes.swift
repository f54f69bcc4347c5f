import RollbookModel

/// The reports about classes, teachers and the whole school.
extension ReferenceAnswers {
    /// Per class and period, over the graded submissions that count in the class.
    var classTrends: [[Value]] {
        let wanted = identifier("class")
        let by = period(.week)
        let work = gradedWork.filter { isInWindow($0.at, days: number("days", 90)) }
        return school.classes.filter { wanted == nil || $0.id == wanted }.sorted { $0.id < $1.id }
            .flatMap { schoolClass in
                Dictionary(grouping: work.filter { counts($0, in: schoolClass.id) }) {
                    by.start(containing: localDate($0.at))
                }
                .sorted { $0.key < $1.key }
                .map { period, work in
                    [
                        .integer(schoolClass.id), .text(schoolClass.name), .date(period), count(work.students.count),
                        count(work.count), work.average, work.lowest, work.highest, work.passRate(policy),
                    ]
                }
            }
    }

    /// Per period with a submission, graded or not.
    var engagementTrend: [[Value]] {
        let by = period(.day)
        return Dictionary(grouping: allWork.filter { isInWindow($0.at, days: number("days", 30)) }) {
            by.start(containing: localDate($0.at))
        }
        .sorted { $0.key < $1.key }
        .map { period, work in
            [
                .date(period), count(work.students.count), count(work.count), count(work.scores.count), work.average,
            ]
        }
    }

    /// One row over the assignments created in the window, or none.
    var teacherWorkload: [[Value]] {
        guard let teacher = identifier("teacher") else { return [] }
        let assignments = school.assignments.filter {
            $0.teacher == teacher && isInWindow($0.createdAt, days: number("days", 30))
        }
        if assignments.isEmpty { return [] }
        let reviews = Reviews(
            of: assignments, in: school.assignmentSubmissions.filter { isInWindow($0.submittedAt, days: nil) })
        let times = reviews.gradeTimes.map { $0 * ExactRatio(1, 3_600_000_000) }
        return [
            [
                .integer(teacher), count(assignments.count), count(reviews.all.count), count(reviews.pending.count),
                count(reviews.graded.count), times.mean.rounded, times.median.rounded, times.min().rounded,
                times.max().rounded, overdue(reviews), reviews.lastGradedAt,
            ]
        ]
    }

    func overdue(_ reviews: Reviews) -> Value {
        let late = reviews.pending.filter { isBefore($0.submittedAt, days: policy.overdueAfterDays) }
        return percentage(late.count, of: reviews.pending.count)
    }

    /// The submissions to some assignments.
    struct Reviews {
        let all: [SchoolRecords.AssignmentSubmission]

        init(of assignments: [SchoolRecords.Assignment], in submissions: [SchoolRecords.AssignmentSubmission]) {
            let ids = Set(assignments.map(\.id))
            all = submissions.filter { ids.contains($0.assignment) }
        }

        var pending: [SchoolRecords.AssignmentSubmission] { all.filter { $0.status == "pending" } }
        var graded: [SchoolRecords.AssignmentSubmission] { all.filter { $0.score != nil } }

        /// In microseconds, of the graded ones whose time of grading is known.
        var gradeTimes: [ExactRatio] {
            graded.compactMap { submission in
                submission.gradedAt.map {
                    ExactRatio(Int128($0.microsecondsSinceEpoch - submission.submittedAt.microsecondsSinceEpoch))
                }
            }
        }

        var lastGradedAt: Value { graded.compactMap(\.gradedAt).max().map(Value.instant) ?? .null }
    }
}
