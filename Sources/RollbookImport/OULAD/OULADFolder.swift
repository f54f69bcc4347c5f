import Foundation
public import RollbookModel

/// The Open University Learning Analytics dataset (Kuzilek, Hlosta, Zdrahal 2017), as a folder of its CSV files, each
/// also as `.csv.gz`.
///
/// A module is a subject, a presentation of it a class, an assessment a material, a result a material submission. Results
/// that were carried over from an earlier presentation (`is_banked`) are no submissions: they are skipped and counted.
/// `vle.csv` and `studentVle.csv` are not read: Rollbook has no records for clicks. The dataset has no teachers,
/// assignments or attendance. In memory are held the assessments, the students' ids and who left a class.
public struct OULADFolder: RecordSource {
    /// `oulad`.
    public let origin = "oulad"
    /// Always `bulk`.
    public let coverage = SourceCoverage.bulk
    /// The tables for which the dataset has records.
    public let tables: [RecordTable] = [
        .students, .subjects, .classes, .enrollments, .materials, .materialSubmissions,
    ]

    private let paths: [OULADFile: String]
    private let skippedFiles: [String]

    /// Looks for the five files that are read.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` for a path that is no folder, and for a file that is missing.
    public init(path: String) throws {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw RollbookError(.unreadableSource, "\(path) is no folder that can be read", subject: path)
        }
        var paths: [OULADFile: String] = [:]
        for file in OULADFile.allCases {
            guard let name = ["\(file.rawValue).csv", "\(file.rawValue).csv.gz"].first(where: names.contains) else {
                throw RollbookError(
                    .unreadableSource, "\(path) lacks \(file.rawValue).csv (or .csv.gz) of the dataset",
                    subject: "\(file.rawValue).csv")
            }
            paths[file] = URL(fileURLWithPath: path).appendingPathComponent(name).path
        }
        self.paths = paths
        skippedFiles = names.filter { $0.hasPrefix("vle.csv") || $0.hasPrefix("studentVle.csv") }.sorted()
    }

    /// Reads courses, registrations, students, assessments and results, in this order.
    ///
    /// - Throws: ``RollbookError`` with `unreadableSource` or `cancelled`; whatever the sink throws.
    public func read(into sink: any RecordSink) async throws {
        await sink.note(
            SourceNote(file: nil, message: "OULAD has no teachers, no assignments and no attendance: these stay empty"))
        for file in skippedFiles {
            await sink.note(SourceNote(file: file, message: "not read: there are no records for sites and clicks"))
        }
        try await readPresentations(into: sink)
        try await readStudents(into: sink)
        let assessments = try await readAssessments(into: sink)
        try await readResults(of: assessments, into: sink)
    }

    private func open(_ file: OULADFile) throws -> OULADTable { try OULADTable(file, path: paths[file] ?? "") }

    private func readPresentations(into sink: any RecordSink) async throws {
        let table = try open(.courses)
        let presentation = try table.presentationColumns()
        var modules: Set<String> = []
        try await table.forEachRecord(of: [.subjects, .classes], into: sink) { output throws(RecordFault) in
            let (module, code, _) = try table.presentation(presentation)
            if modules.insert(module).inserted {
                output.append([.identifier(.text(module)), .text(module)], to: .subjects, line: table.csv.line)
            }
            output.append([.identifier(.text(code)), .text(code)], to: .classes, line: table.csv.line)
        }
    }

    /// A row is an enrollment, whose id is the class and the student (`AAA-2013J-11391`); the first row of a student is
    /// the student too.
    private func readStudents(into sink: any RecordSink) async throws {
        let left = try await readWhoLeft(into: sink)
        let table = try open(.studentInfo)
        let presentation = try table.presentationColumns()
        let student = try table.column("id_student")
        var seen: Set<Int64> = []
        try await table.forEachRecord(of: [.students, .enrollments], into: sink) { output throws(RecordFault) in
            let (module, code, _) = try table.presentation(presentation)
            let id = try table.number(student)
            if seen.insert(id).inserted {
                let values: [FieldValue] = [.identifier(.number(id)), .text("Student"), .text(String(id))]
                output.append(values, to: .students, line: table.csv.line)
            }
            let key = "\(code)-\(id)"
            output.append(
                [
                    .identifier(.text(key)), .identifier(.number(id)), .identifier(.text(code)),
                    .identifier(.text(module)), .boolean(!left.contains(key)),
                ], to: .enrollments, line: table.csv.line)
        }
    }

    /// The registrations that have a `date_unregistration`, named like enrollments.
    private func readWhoLeft(into sink: any RecordSink) async throws -> Set<String> {
        let table = try open(.studentRegistration)
        let presentation = try table.presentationColumns()
        let student = try table.column("id_student")
        let date = try table.column("date_unregistration")
        var left: Set<String> = []
        try await table.forEachRecord(of: [], into: sink) { _ throws(RecordFault) in
            guard !table.isMissing(date) else { return }
            left.insert("\(try table.presentation(presentation).code)-\(try table.number(student))")
        }
        return left
    }

    /// Gives each assessment's first day of the presentation.
    private func readAssessments(into sink: any RecordSink) async throws -> [Int64: CalendarDate] {
        let table = try open(.assessments)
        let presentation = try table.presentationColumns()
        let assessment = try table.column("id_assessment")
        let type = try table.column("assessment_type")
        var firstDays: [Int64: CalendarDate] = [:]
        try await table.forEachRecord(of: [.materials], into: sink) { output throws(RecordFault) in
            let (module, code, firstDay) = try table.presentation(presentation)
            let id = try table.number(assessment)
            firstDays[id] = firstDay
            output.append(
                [
                    .identifier(.number(id)), .identifier(.text(module)), .identifier(.text(code)),
                    .text("\(table.csv.text(type.field)) \(id)"),
                ], to: .materials, line: table.csv.line)
        }
        return firstDays
    }

    private func readResults(of firstDays: [Int64: CalendarDate], into sink: any RecordSink) async throws {
        let table = try open(.studentAssessment)
        let results = try OULADResults(table, firstDays: firstDays)
        try await table.forEachRecord(of: [.materialSubmissions], into: sink) { output throws(RecordFault) in
            guard let values = try results.submission() else {
                output.note("banked results skipped: they were carried over from an earlier presentation")
                return
            }
            output.append(values, to: .materialSubmissions, line: table.csv.line)
        }
    }
}
