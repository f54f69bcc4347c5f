import Foundation
import RollbookImport
import RollbookModel
import Testing

@Suite struct RecordFolderWriterTests {
    private func students(_ rows: [(id: Int64, first: String?, last: String?)]) -> RecordBatch {
        var batch = RecordBatch(table: .students, file: "test")
        batch.lines = rows.indices.map { Int64($0 + 2) }
        batch.columns = [
            .identifiers(rows.map(\.id), texts: [:]), .texts(rows.map(\.first)), .texts(rows.map(\.last)),
        ]
        return batch
    }

    @Test func writesWhatCanBeReadBack() async throws {
        try await withScratchFolder { folder in
            let records = try await GatheredRecords(GeneratedSchool(students: 20, seed: 9))
            let writer = try RecordFolderWriter(folder: folder)
            try await GeneratedSchool(students: 20, seed: 9).read(into: writer)
            let files = try await writer.finish()
            #expect(files.map(\.table) == RecordTable.allCases)
            for file in files {
                let lines = try lines(file.name, in: folder)
                #expect(lines[0] == file.table.columns.map(\.name).joined(separator: ","))
                #expect(lines.count - 1 == Int(file.rows))
                #expect(try contents(file.name, in: folder).count == Int(file.bytes))
            }
            let rows = try lines("material_submissions.csv", in: folder).dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(rows.map { Int64($0[0]) } == (await records.ids(.materialSubmissions)))
            #expect(rows.map { Int64($0[2]) } == (await records.ids(.materialSubmissions, "material_id")))
            let submitted = await records.instants(.materialSubmissions, "submitted_at")
            #expect(rows.map { Instant(parsing: $0[3]) } == submitted)
            #expect(rows.map { Double($0[4]) } == (await records.scores(.materialSubmissions)))
            let days = try lines("attendance.csv", in: folder).dropFirst().map {
                CalendarDate(parsing: $0.split(separator: ",")[3])
            }
            #expect(days == (await records.dates(.attendance, "date")))
        }
    }

    @Test func quotesWhatWouldBreakALine() async throws {
        try await withScratchFolder { folder in
            let writer = try RecordFolderWriter(folder: folder)
            try await writer.receive(
                students([
                    (1, "a,b", "say \"hi\""), (2, "two\nlines", "two\r\nlines"), (-3, " blank ", "Łucja 🎓"),
                    (.max, nil, "\""), (.min, "", "=1+1"),
                ]))
            _ = try await writer.finish()
            let text = String(decoding: try contents("students.csv", in: folder), as: UTF8.self)
            #expect(
                text == """
                    id,first_name,last_name
                    1,"a,b","say ""hi""\"
                    2,"two\nlines","two\r\nlines"
                    -3," blank ",Łucja 🎓
                    9223372036854775807,,""\"\"
                    -9223372036854775808,,=1+1

                    """)
        }
    }

    @Test func marksTextIdsThatWouldBeReadAsSomethingElse() async throws {
        try await withScratchFolder { folder in
            var batch = students([(1, "a", "b"), (2, "a", "b"), (3, "a", "b"), (4, "a", "b")])
            let texts = [0: "G-1", 1: "17", 2: "source:17", 3: "a,b"]
            batch.columns[0] = .identifiers([nil, nil, nil, nil], texts: texts)
            let writer = try RecordFolderWriter(folder: folder)
            try await writer.receive(batch)
            _ = try await writer.finish()
            let ids = try lines("students.csv", in: folder).dropFirst().map { $0.replacing(",a,b", with: "") }
            #expect(ids == ["G-1", "source:17", "source:source:17", "\"a,b\""])
            #expect(
                ids.prefix(3).compactMap { SourceIdentifier(parsing: $0) } == (0..<3).map { .text(texts[$0] ?? "") })
        }
    }

    @Test func writesScoresAndInstantsShort() async throws {
        try await withScratchFolder { folder in
            var batch = RecordBatch(table: .materialSubmissions, file: "test")
            let instants: [Int64?] = [0, 1_500_000, -1_000_000, 951_827_696_000_000]
            batch.lines = [2, 3, 4, 5]
            batch.columns = [
                .identifiers([1, 2, 3, 4], texts: [:]), .identifiers([1, 1, 1, 1], texts: [:]),
                .identifiers([1, 1, 1, 1], texts: [:]), .instants(instants), .scores([10_000, 8550, 1, nil]),
            ]
            let writer = try RecordFolderWriter(folder: folder)
            try await writer.receive(batch)
            _ = try await writer.finish()
            #expect(
                try lines("material_submissions.csv", in: folder).dropFirst() == [
                    "1,1,1,1970-01-01T00:00:00Z,100", "2,1,1,1970-01-01T00:00:01.5Z,85.5",
                    "3,1,1,1969-12-31T23:59:59Z,0.01", "4,1,1,2000-02-29T12:34:56Z,",
                ])
        }
    }

    @Test func packsToTheSameBytesEachTime() async throws {
        try await withScratchFolder { folder in
            var packed: [[Data]] = []
            for run in ["a", "b"] {
                let writer = try RecordFolderWriter(folder: folder + "/" + run, packing: .gzip)
                try await GeneratedSchool(students: 50, seed: 9).read(into: writer)
                let files = try await writer.finish()
                packed.append(try files.map { try contents($0.name, in: folder + "/" + run) })
                #expect(files.map(\.bytes) == packed.last?.map { Int64($0.count) })
            }
            #expect(packed[0] == packed[1])
            let writer = try RecordFolderWriter(folder: folder + "/plain")
            try await GeneratedSchool(students: 50, seed: 9).read(into: writer)
            _ = try await writer.finish()
            let unpacked = try unpack(folder + "/a/attendance.csv.gz")
            #expect(unpacked == (try contents("attendance.csv", in: folder + "/plain")))
        }
    }

    @Test func showsNoFileBeforeAllAreWhole() async throws {
        try await withScratchFolder { folder in
            let writer = try RecordFolderWriter(folder: folder)
            try await writer.receive(students([(1, "a", "b")]))
            #expect(try names(in: folder) == ["students.csv.partial"])
            _ = try await writer.finish()
            #expect(try names(in: folder) == ["students.csv"])
        }
    }

    @Test func leavesNothingWhenLetGoUnfinished() async throws {
        try await withScratchFolder { folder in
            func abandon() async throws {
                let writer = try RecordFolderWriter(folder: folder)
                try await writer.receive(students([(1, "a", "b")]))
            }
            try await abandon()
            #expect(try names(in: folder) == [])
        }
    }

    @Test(arguments: ["students.csv", "classes.csv.gz", "attendance.parquet"])
    func refusesAFolderThatHoldsTables(name: String) async throws {
        try await withScratchFolder { folder in
            try Data("old".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
            let error = #expect(throws: RollbookError.self) { try RecordFolderWriter(folder: folder) }
            #expect(error?.code == .invalidArgument)
            let writer = try RecordFolderWriter(folder: folder, packing: .gzip, overwriting: true)
            try await writer.receive(students([(1, "a", "b")]))
            #expect(try names(in: folder).contains(name))
            _ = try await writer.finish()
            #expect(try names(in: folder) == ["students.csv.gz"])
        }
    }

    @Test func refusesParquetRemovalsAndRejects() async throws {
        try await withScratchFolder { folder in
            let writer = try RecordFolderWriter(folder: folder)
            let parquet = ParquetFile(table: .students, path: "/students.parquet", name: "students.parquet")
            let reject = RejectedRecord(file: "f", line: 3, column: "id", valueKind: "text", reason: "not a number")
            await #expect(throws: RollbookError.self) { try await writer.receive(parquet: parquet) }
            await #expect(throws: RollbookError.self) { try await writer.remove([.number(1)], from: .students) }
            await #expect(throws: RollbookError.self) { try await writer.reject(reject) }
        }
    }

    @Test func refusesRecordsAfterTheEnd() async throws {
        try await withScratchFolder { folder in
            let writer = try RecordFolderWriter(folder: folder)
            _ = try await writer.finish()
            await #expect(throws: RollbookError.self) { try await writer.receive(students([(1, "a", "b")])) }
            await #expect(throws: RollbookError.self) { try await writer.finish() }
        }
    }

    @Test func namesTheFileThatCannotBeWritten() async throws {
        try await withScratchFolder { folder in
            let writer = try RecordFolderWriter(folder: folder)
            try FileManager.default.createDirectory(
                atPath: folder + "/students.csv.partial", withIntermediateDirectories: false)
            let error = await #expect(throws: RollbookError.self) {
                try await writer.receive(students([(1, "a", "b")]))
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.hasPrefix("students.csv ") == true)
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            #expect(throws: RollbookError.self) { try RecordFolderWriter(folder: folder + "/file/below") }
        }
    }

    #if os(Linux)
        @Test func saysThatTheDiskIsFull() async throws {
            try await withScratchFolder { folder in
                let writer = try RecordFolderWriter(folder: folder)
                try FileManager.default.createSymbolicLink(
                    atPath: folder + "/students.csv.partial", withDestinationPath: "/dev/full")
                try await writer.receive(students([(1, "a", "b")]))
                let error = await #expect(throws: RollbookError.self) { try await writer.finish() }
                #expect(error?.code == .outOfResources)
                #expect(error?.subject == "students.csv")
            }
        }
    #endif

    private func unpack(_ path: String) throws -> Data {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return bytes
    }
}
