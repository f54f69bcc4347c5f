import Foundation
import Rollbook
import RollbookModel

/// The records that could not be stored: the first few for the terminal, all of them for the file that was asked for.
actor RejectList {
    private(set) var count = 0
    private(set) var first: [RejectedRecord] = []
    private let path: String?
    private let handle: FileHandle?
    private var pending: [UInt8] = []

    /// How many are listed on the terminal.
    static let listed = 20
    private static let bufferSize = 64 << 10

    private static let header = Array("file,line,column,value_kind,reason,record\n".utf8)

    /// Makes the file, readable by nobody else: it holds students' records. Only an earlier list of rejects is overwritten.
    ///
    /// - Throws: ``CommandFailure`` where it cannot be made, or something else stands there.
    init(path: String?) throws {
        self.path = path
        guard let path else {
            handle = nil
            return
        }
        if let existing = FileHandle(forReadingAtPath: path),
            let start = try? existing.read(upToCount: Self.header.count),
            !start.isEmpty, Array(start) != Self.header
        {
            throw CommandFailure(
                .cannotCreate, "\(path) exists and is no list of rejects; name another file for --rejects")
        }
        let isMade = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        guard isMade, let handle = FileHandle(forWritingAtPath: path) else {
            throw CommandFailure(.cannotCreate, "the file of rejects \(path) cannot be created")
        }
        self.handle = handle
        pending = Self.header
    }

    func add(_ record: RejectedRecord) throws {
        count += 1
        if first.count < Self.listed { first.append(record) }
        guard handle != nil else { return }
        let fields = [
            record.file, String(record.line), record.column ?? "", record.valueKind, record.reason, record.record ?? "",
        ]
        pending.append(contentsOf: (fields.map(CSVText.field).joined(separator: ",") + "\n").utf8)
        if pending.count >= Self.bufferSize { try flush() }
    }

    /// Writes what is still in memory.
    func flush() throws {
        guard let handle else { return }
        do {
            try handle.write(contentsOf: pending)
        } catch {
            throw CommandFailure(.cannotCreate, "the file of rejects \(path ?? "") cannot be written")
        }
        pending.removeAll(keepingCapacity: true)
    }

    /// The rejects in lines, the first of them.
    var lines: [String] {
        var lines = first.map { record in
            let column = record.column.map { " \($0)" } ?? ""
            return "rejected: \(record.file):\(record.line)\(column): \(record.reason) (\(record.valueKind))".printable
        }
        if count > first.count { lines.append("… and \(Decimals.grouped(Int64(count - first.count))) more") }
        if count > 0, let path { lines.append("all of them stand in \(path)") }
        return lines
    }
}
