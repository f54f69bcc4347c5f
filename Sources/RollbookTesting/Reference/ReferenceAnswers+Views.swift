import RollbookModel

/// The four summary views, over all time.
extension ReferenceAnswers {
    /// Per student and subject with a graded submission.
    var studentGradeSummary: [[Value]] {
        school.students.map(\.id).sorted().flatMap { student in
            school.subjects.map(\.id).sorted().compactMap { subject -> [Value]? in
                let work = gradedWork.filter { $0.student == student && $0.subject == subject }
                if work.isEmpty { return nil }
                return [
                    .integer(student), .integer(subject), count(work.count), work.average, work.passRate(policy),
                    work.first, work.last,
                ]
            }
        }
    }

    /// Per class and subject with an active enrollment.
    var classProgressSummary: [[Value]] {
        school.classes.map(\.id).sorted().flatMap { schoolClass in
            school.subjects.map(\.id).sorted().compactMap { subject -> [Value]? in
                let active = school.enrollments.filter {
                    $0.isActive && $0.schoolClass == schoolClass && $0.subject == subject
                }
                if active.isEmpty { return nil }
                let work = allWork.filter { $0.subject == subject && counts($0, in: schoolClass) }
                return [
                    .integer(schoolClass), .integer(subject), count(Set(active.map(\.student)).count),
                    count(work.count), work.average, work.passRate(policy),
                    percentage(work.filter(isRecent).count, of: work.count),
                ]
            }
        }
    }

    /// Submitted less than so many times 24 hours before as-of, and not after it.
    private func isRecent(_ work: Work) -> Bool {
        let age = asOf.microsecondsSinceEpoch - work.at.microsecondsSinceEpoch
        return age >= 0 && age < Int64(policy.recentDays) * 86_400_000_000
    }

    /// Every teacher.
    var teacherWorkloadView: [[Value]] {
        school.teachers.map(\.id).sorted().map { teacher in
            let assignments = school.assignments.filter { $0.teacher == teacher }
            let reviews = Reviews(of: assignments, in: school.assignmentSubmissions)
            let minutes = reviews.gradeTimes.map { $0 * ExactRatio(1, 60_000_000) }
            return [
                .integer(teacher), count(assignments.count), count(reviews.all.count), count(reviews.pending.count),
                count(reviews.graded.count), minutes.mean.rounded, reviews.lastGradedAt, overdue(reviews),
            ]
        }
    }

    /// Every subject.
    var subjectPerformance: [[Value]] {
        school.subjects.sorted { $0.id < $1.id }.map { subject in
            let all = allWork.filter { $0.subject == subject.id }
            let graded = all.filter { $0.hundredths != nil }
            let share = { (range: Range<Int64>) in
                percentage(graded.filter { range.contains($0.hundredths ?? -1) }.count, of: graded.count)
            }
            let (pass, excellent) = (policy.passMark.units, policy.excellentMark.units)
            return [
                .integer(subject.id), .text(subject.name), count(all.students.count), count(graded.count),
                graded.average, graded.lowest, graded.highest, share(excellent..<10_001), share(pass..<excellent),
                share(0..<pass), all.last,
            ]
        }
    }
}
