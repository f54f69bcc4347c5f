import RollbookModel

/// The reports about students.
extension ReferenceAnswers {
    /// Per period with a graded submission of the student.
    var studentProgress: [[Value]] {
        let student = identifier("student")
        let work = gradedWork.filter { $0.student == student && isInWindow($0.at, days: number("days", 30)) }
        let by = period(.week)
        return Dictionary(grouping: work) { by.start(containing: localDate($0.at)) }
            .sorted { $0.key < $1.key }
            .map { period, work in
                [
                    .date(period), count(work.count), work.average, work.passRate(policy), work.lowest, work.highest,
                    work.deviation,
                ]
            }
    }

    /// Per subject with a graded submission of the student, by average, highest first, then subject.
    var subjectComparison: [[Value]] {
        let student = identifier("student")
        let days = parameters["days"].flatMap { Int($0) }
        let work = gradedWork.filter { $0.student == student && isInWindow($0.at, days: days) }
        return Dictionary(grouping: work, by: \.subject)
            .map { (subject: $0.key, work: $0.value, mean: $0.value.scores.mean ?? ExactRatio(0)) }
            .sorted { ($1.mean, $0.subject) < ($0.mean, $1.subject) }
            .map { subject, work, mean in
                [
                    .integer(subject), .text(subjectName(subject)), count(work.count), mean.rounded, work.lowest,
                    work.highest, work.scores.variance.rounded, work.deviation, work.passRate(policy), work.last,
                    work.spacing,
                ]
            }
    }

    /// Per student with a submission, graded or not.
    var studentEngagement: [[Value]] {
        let days = number("days", 30)
        let work = allWork.filter { isInWindow($0.at, days: days) }
        return Dictionary(grouping: work, by: \.student)
            .map { (student: $0.key, work: $0.value, days: Set($0.value.map { localDate($0.at) }).count) }
            .sorted { ($1.days, $1.work.count, $0.student) < ($0.days, $0.work.count, $1.student) }
            .map { student, work, active in
                [.integer(student)] + names(student) + [
                    count(work.count), count(active), percentage(active, of: days), work.average, work.last,
                    work.spacing,
                ]
            }
    }

    /// Per subject, students with at least so many graded submissions, ranked; the page is cut inside every subject.
    func performers(isTop: Bool) -> Answer {
        let subject = identifier("subject")
        let work = gradedWork.filter {
            (subject == nil || $0.subject == subject) && isInWindow($0.at, days: number("days", 90))
        }
        let ranked = Dictionary(grouping: work, by: \.subject).sorted { $0.key < $1.key }.map { subject, work in
            rank(work, isTop: isTop).enumerated().map { index, entry in
                [.integer(subject), .text(subjectName(subject)), count(index + 1), .integer(entry.student)]
                    + names(entry.student)
                    + [
                        count(entry.work.count), entry.work.average, entry.work.highest, entry.work.first,
                        entry.work.last,
                    ] + (isTop ? [] : [failRate(entry.work)])
            }
        }
        let page = ranked.flatMap { $0.dropFirst(number("offset", 0)).prefix(number("limit", 10)) }
        return Answer(rows: page, totalCount: ranked.reduce(0) { $0 + $1.count }, summary: nil)
    }

    private func rank(_ work: [Work], isTop: Bool) -> [(student: Int64, work: [Work])] {
        Dictionary(grouping: work, by: \.student)
            .filter { $0.value.count >= number("min_submissions", 3) }
            .map { (student: $0.key, work: $0.value, mean: $0.value.scores.mean ?? ExactRatio(0)) }
            .sorted { left, right in
                if left.mean != right.mean { return isTop ? left.mean > right.mean : left.mean < right.mean }
                return (right.work.count, left.student) < (left.work.count, right.student)
            }
            .map { ($0.student, $0.work) }
    }

    private func failRate(_ work: [Work]) -> Value {
        percentage(work.filter { ($0.hundredths ?? 0) < policy.passMark.units }.count, of: work.count)
    }

    private func names(_ student: Int64) -> [Value] {
        school.students.filter { $0.id == student }.flatMap { [.text($0.firstName), .text($0.lastName)] }
    }

    func subjectName(_ subject: Int64) -> String { school.subjects.first { $0.id == subject }?.name ?? "" }
}
