import Foundation
import RollbookImport
import RollbookModel
import Testing

@Suite struct GeneratedSchoolTests {
    private static let sizes = [1, 2, 14, 44, 45, 130, 1000]

    @Test func givesTheSameBytesForTheSameSeed() async throws {
        let first = try await checksums(students: 60, seed: 7)
        #expect(try await checksums(students: 60, seed: 7) == first)
        #expect(first.count == RecordTable.allCases.count)
    }

    @Test func givesOtherBytesForAnotherSeed() async throws {
        let (first, second) = (try await checksums(students: 300, seed: 7), try await checksums(students: 300, seed: 8))
        // Subjects and classes depend on the size alone.
        let differing = first.keys.filter { first[$0] != second[$0] }
        #expect(differing.count == RecordTable.allCases.count - 2)
    }

    /// A change of the generator changes everybody's example schools: it must be meant.
    @Test func givesTheBytesItAlwaysGave() async throws {
        let pinned = [
            "students.csv": "1afbaf15a91fac98",
            "teachers.csv": "f462c510b8b26901",
            "subjects.csv": "ab98f5d4c5ff1b44",
            "classes.csv": "e54e22a68bdca92",
            "enrollments.csv": "11c25782d88e0303",
            "materials.csv": "14a7093706a592d0",
            "material_submissions.csv": "d8c9fd2d8239498b",
            "assignments.csv": "96444ac12165504b",
            "assignment_submissions.csv": "ee99e0162a731f5e",
            "attendance.csv": "bd2872d91d81767d",
            "class_teachers.csv": "b0d0a8af60f57655",
        ]
        #expect(try await checksums(students: 3, seed: 42) == pinned)
    }

    @Test func fillsTheTablesInTheOrderOfReferences() async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: 40, seed: 1))
        #expect(await records.tables == RecordTable.allCases)
    }

    @Test(arguments: sizes) func hasIdsFromOneWithoutGapsOrDoubles(students: Int) async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: students, seed: 3))
        for table in RecordTable.allCases where table.hasKey {
            let ids = await records.ids(table)
            #expect(ids == Array(1..<Int64(ids.count + 1)), "\(table)")
        }
        #expect(await records.count(.students) == students)
    }

    @Test(arguments: sizes) func refersOnlyToRecordsThatExist(students: Int) async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: students, seed: 3))
        for table in RecordTable.allCases {
            for column in table.columns {
                guard case .reference(let other) = column.type else { continue }
                let least: Int64 = column.isOptional ? 0 : 1
                let known = least...Int64(await records.count(other))
                #expect(await records.ids(table, column.name).allSatisfy(known.contains), "\(table) \(column.name)")
            }
        }
    }

    @Test(arguments: sizes) func submitsOnlyWhereEnrolled(students: Int) async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: students, seed: 5))
        let enrolled = Set(
            zip(await records.ids(.enrollments, "student_id"), await records.ids(.enrollments, "class_id")).map {
                [$0, $1]
            })
        #expect(enrolled.count == (await records.count(.enrollments)))
        let classes = await records.ids(.assignments, "class_id")
        for (student, assignment) in zip(
            await records.ids(.assignmentSubmissions, "student_id"),
            await records.ids(.assignmentSubmissions, "assignment_id"))
        { #expect(enrolled.contains([student, classes[Int(assignment) - 1]])) }
        let owners = await records.ids(.materials, "class_id")
        for (student, material) in zip(
            await records.ids(.materialSubmissions, "student_id"),
            await records.ids(.materialSubmissions, "material_id"))
        {
            let owner = owners[Int(material) - 1]
            #expect(owner == 0 || enrolled.contains([student, owner]))
        }
    }

    @Test(arguments: ["2026-06-26", "2014-03-01", "2000-02-29"])
    func keepsToItsYear(last: String) async throws {
        let end = try #require(CalendarDate(parsing: last))
        let records = try await GatheredRecords(GeneratedSchool(students: 100, seed: 2, endsOn: end))
        let year = end.adding(days: -299)...end
        for table in RecordTable.allCases {
            for column in table.columns where column.type == .instant {
                let instants = await records.instants(table, column.name).compactMap(\.self)
                #expect(instants.allSatisfy { year.contains($0.utcDate) }, "\(table) \(column.name)")
            }
        }
        #expect(await records.dates(.attendance, "date").allSatisfy(year.contains))
    }

    @Test func takesNoAttendanceOnWeekendsAndInBreaks() async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: 40, seed: 2))
        let dates = Set(await records.dates(.attendance, "date"))
        #expect(dates.allSatisfy { $0.daysSinceEpoch - $0.monday.daysSinceEpoch < 5 })
        #expect((175...190).contains(dates.count))
        let winter = try #require(CalendarDate(year: 2025, month: 12, day: 22))
        #expect((0..<14).allSatisfy { !dates.contains(winter.adding(days: $0)) })
    }

    @Test func keepsItsTimesInOrder() async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: 300, seed: 2))
        let submitted = await records.instants(.materialSubmissions, "submitted_at").compactMap(\.self)
        #expect(submitted == submitted.sorted())
        let created = await records.instants(.assignments, "created_at").compactMap(\.self)
        #expect(created == created.sorted())
        for (assignment, (handedIn, graded)) in zip(
            await records.ids(.assignmentSubmissions, "assignment_id"),
            zip(
                await records.instants(.assignmentSubmissions, "submitted_at"),
                await records.instants(.assignmentSubmissions, "graded_at")))
        {
            let handedIn = try #require(handedIn)
            #expect(created[Int(assignment) - 1] < handedIn)
            if let graded { #expect(handedIn < graded) }
        }
    }

    @Test(arguments: [0, -1, 2_000_001]) func refusesAnImpossibleNumberOfStudents(students: Int) {
        let error = #expect(throws: RollbookError.self) { try GeneratedSchool(students: students, seed: 1) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.subject == "students")
    }

    @Test func refusesAnImpossibleYearOrNumberOfSubmissions() throws {
        let error = #expect(throws: RollbookError.self) {
            try GeneratedSchool(students: 1, seed: 1, endsOn: CalendarDate(daysSinceEpoch: .max))
        }
        #expect(error?.subject == "ends-on")
        let other = #expect(throws: RollbookError.self) {
            try GeneratedSchool(students: 1, seed: 1, submissionsPerStudent: 0)
        }
        #expect(other?.subject == "submissions-per-student")
    }

    @Test func stopsWhenItsTaskIsCancelled() async throws {
        let reading = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await GatheredRecords(GeneratedSchool(students: 1000, seed: 1))
        }
        let error = await #expect(throws: RollbookError.self) { try await reading.value }
        #expect(error?.code == .cancelled)
    }

    @Test func saysHowFarItIs() async throws {
        let records = try await GatheredRecords(GeneratedSchool(students: 500, seed: 1))
        let last = try #require(await records.lastProgress["attendance"])
        #expect(last.records == Int64(await records.count(.attendance)))
        #expect(last.bytesTotal == last.bytesRead)
    }

    private func checksums(students: Int, seed: UInt64) async throws -> [String: String] {
        try await withScratchFolder { folder in
            let writer = try RecordFolderWriter(folder: folder)
            try await GeneratedSchool(students: students, seed: seed).read(into: writer)
            let names = try await writer.finish().map(\.name)
            return Dictionary(
                uniqueKeysWithValues: try names.map { ($0, checksum(try contents($0, in: folder))) })
        }
    }
}
