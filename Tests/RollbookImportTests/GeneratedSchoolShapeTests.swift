import RollbookImport
import RollbookModel
import Testing

/// Whether a generated school looks like one. The school is always the same, so the ranges cannot fail by chance.
@Suite struct GeneratedSchoolShapeTests {
    private static let students = 2000

    /// Made once for all tests.
    private static let school = Task { try await GatheredRecords(GeneratedSchool(students: students, seed: 1)) }

    @Test func hasAsManyRecordsAsPromised() async throws {
        let records = try await Self.school.value
        func perStudent(_ table: RecordTable) async -> Int { await records.count(table) / Self.students }
        #expect((90...110).contains(await perStudent(.materialSubmissions)))
        #expect((17...23).contains(await perStudent(.assignmentSubmissions)))
        #expect((175...190).contains(await perStudent(.attendance)))
        #expect(await records.count(.subjects) == 40)
        #expect(Set(await records.texts(.subjects, "name")).count == 40)
        #expect(Set(await records.texts(.classes, "name")).count == (await records.count(.classes)))
        #expect((28...32).contains(await records.count(.enrollments) / (await records.count(.classes))))
    }

    @Test(arguments: [5, 400]) func makesAsManySubmissionsAsAskedFor(perStudent: Int) async throws {
        let school = try GeneratedSchool(students: 200, seed: 1, submissionsPerStudent: perStudent)
        let count = await (try GatheredRecords(school)).count(.materialSubmissions)
        #expect((perStudent * 85 / 100...perStudent * 115 / 100).contains(count / school.students))
    }

    @Test func leavesAFewSubmissionsUngradedMostlyTheNewest() async throws {
        let scores = try await Self.school.value.scores(.materialSubmissions)
        let ungraded = scores.filter { $0 == nil }.count * 1000 / scores.count
        #expect((40...60).contains(ungraded))
        let newest = scores.suffix(scores.count / 20)
        #expect(newest.filter { $0 == nil }.count * 3 > newest.count)
    }

    @Test func spreadsWorkUnevenly() async throws {
        let records = try await Self.school.value
        let counts = tally(await records.ids(.materialSubmissions, "student_id")).values.sorted()
        #expect(counts[counts.count / 20] * 4 < counts[counts.count / 2])
        #expect(counts[counts.count * 98 / 100] > counts[counts.count / 2] * 3)
        let loads = tally(await records.ids(.assignments, "teacher_id")).values
        #expect((loads.max() ?? 0) > 8 * (loads.min() ?? 0))
    }

    @Test func correlatesAttendanceWithMarks() async throws {
        let records = try await Self.school.value
        var (days, present): ([Int64: Double], [Int64: Double]) = ([:], [:])
        for (student, status) in zip(
            await records.ids(.attendance, "student_id"), await records.texts(.attendance, "status"))
        where status != "excused" {
            days[student, default: 0] += 1
            present[student, default: 0] += status == "absent" ? 0 : 1
        }
        var (graded, points): ([Int64: Double], [Int64: Double]) = ([:], [:])
        for (student, score) in zip(
            await records.ids(.materialSubmissions, "student_id"), await records.scores(.materialSubmissions))
        {
            guard let score else { continue }
            graded[student, default: 0] += 1
            points[student, default: 0] += score
        }
        let pairs = days.keys.sorted().compactMap { student -> (Double, Double)? in
            guard let count = graded[student], let sum = points[student], let all = days[student] else { return nil }
            return ((present[student] ?? 0) / all, sum / count)
        }
        #expect((0.35...0.6).contains(correlation(pairs)))
    }

    @Test func keepsMostEnrollmentsActive() async throws {
        let flags = try await Self.school.value.flags(.enrollments, "is_active")
        #expect((930...970).contains(flags.filter(\.self).count * 1000 / flags.count))
    }

    @Test func putsAFewStudentsIntoTwoClassesOfASubject() async throws {
        let records = try await Self.school.value
        let places = zip(
            await records.ids(.enrollments, "student_id"), await records.ids(.enrollments, "subject_id"))
        let doubled = tally(places.map { $0 * 1000 + $1 }).values.filter { $0 > 1 }.count
        #expect((5...40).contains(doubled))
    }

    @Test func gradesMostAssignmentsAndForgetsSome() async throws {
        let records = try await Self.school.value
        let statuses = await records.texts(.assignmentSubmissions, "status")
        let shares = tally(statuses).mapValues { $0 * 100 / statuses.count }
        #expect((shares["graded"] ?? 0) > 75)
        #expect((shares["returned"] ?? 0) > 5)
        #expect((shares["pending"] ?? 0) > 2)
        let overdueBefore = Instant(startOf: GeneratedSchool.defaultEnd).adding(days: -7)
        let old = zip(statuses, await records.instants(.assignmentSubmissions, "submitted_at")).filter {
            status, submitted in status == "pending" && submitted.map { $0 < overdueBefore } == true
        }
        #expect(!old.isEmpty)
        for (status, score) in zip(statuses, await records.scores(.assignmentSubmissions)) {
            if status == "pending" { #expect(score == nil) }
            if status == "graded" { #expect(score != nil) }
        }
    }

    private func tally<Key: Hashable>(_ keys: some Sequence<Key>) -> [Key: Int] {
        keys.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    private func correlation(_ pairs: [(Double, Double)]) -> Double {
        let count = Double(pairs.count)
        let (meanX, meanY) = (pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (x, y) in pairs {
            xx += (x - meanX) * (x - meanX)
            yy += (y - meanY) * (y - meanY)
            xy += (x - meanX) * (y - meanY)
        }
        return xy / (xx * yy).squareRoot()
    }
}
