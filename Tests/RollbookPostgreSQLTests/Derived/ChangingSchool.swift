import RollbookModel

@testable import RollbookTesting

/// A school made up at random that is now another one, now the same with a few records changed.
struct ChangingSchool {
    private(set) var records: SchoolRecords
    private var chance: SeededChance

    init(seed: UInt64) {
        chance = SeededChance(seed: seed)
        records = RandomSchool(seed: seed).records
    }

    /// A zone at random.
    mutating func zone() -> Zone {
        Zone(identifier: chance.one(of: ["UTC", "UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"])) ?? .utc
    }

    /// Changes it: everything, or some records of a few kinds, so that a change of one kind is often the only one.
    mutating func change() {
        if chance.once(in: 4) {
            records = RandomSchool(seed: chance.next()).records
            return
        }
        let subjects = records.subjects.map(\.id)
        let teachers = records.teachers.map(\.id)
        change(\.materialSubmissions) { submission, chance in
            if chance.once(in: 2) { submission.score = submission.score == nil ? 7_000 : nil }
            if chance.once(in: 2) {
                submission.submittedAt = submission.submittedAt.adding(microseconds: 7_200_000_000)
            }
        }
        change(\.enrollments) { enrollment, _ in enrollment.isActive.toggle() }
        change(\.materials) { material, chance in
            material.subject = chance.one(of: subjects)
            material.schoolClass = nil
        }
        change(\.subjects) { subject, _ in subject.name += "'" }
        change(\.attendance) { entry, chance in
            entry.status = chance.one(of: ["present", "late", "absent", "excused"])
            if chance.once(in: 2) { entry.date = entry.date.adding(days: 1) }
        }
        change(\.assignments) { assignment, chance in assignment.teacher = chance.one(of: teachers) }
        change(\.assignmentSubmissions) { submission, chance in
            submission.status = chance.one(of: ["pending", "graded"])
            submission.score = submission.score == nil ? 1 : nil
        }
        if chance.once(in: 4) { records.materialSubmissions.removeAll { _ in chance.once(in: 10) } }
        if chance.once(in: 4) { records.attendance.removeAll { _ in chance.once(in: 10) } }
        // The same work handed in twice at one instant: two equal rows.
        if chance.once(in: 4), let last = records.materialSubmissions.last {
            var copy = last
            copy.id = (records.materialSubmissions.map(\.id).max() ?? 0) + 1
            records.materialSubmissions.append(copy)
        }
    }

    private mutating func change<Entry>(
        _ entries: WritableKeyPath<SchoolRecords, [Entry]>, _ body: (inout Entry, inout SeededChance) -> Void
    ) {
        guard chance.once(in: 4) else { return }
        for index in records[keyPath: entries].indices where chance.once(in: 3) {
            body(&records[keyPath: entries][index], &chance)
        }
    }
}
