import Foundation
import RollbookModel

/// A table's file that is being written, beside its place and under another name until it is whole.
///
/// One that is let go of unfinished takes its half file with it.
final class RecordFile {
    let table: RecordTable
    let name: String
    private(set) var rows: Int64 = 0
    private(set) var bytes: Int64 = 0
    private let path: String
    private var descriptor: Int32
    private let gzip: GzipStream?
    private var encoder = RecordLineEncoder()
    private static let bufferSize = 1 << 18

    /// Opens the file and writes its header.
    ///
    /// - Throws: ``RollbookError`` with `unavailable` or `outOfResources`.
    init(_ table: RecordTable, in folder: String, isPacked: Bool) throws {
        self.table = table
        name = table.rawValue + (isPacked ? ".csv.gz" : ".csv")
        path = folder + "/" + name
        gzip = isPacked ? GzipStream() : nil
        descriptor = open(path + ".partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw Self.failure(name, "created") }
        if isPacked, gzip == nil { throw RollbookError(.outOfResources, "There is no memory to pack \(name).") }
        encoder.appendHeader(of: table)
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(path + ".partial")
    }

    /// Adds records.
    ///
    /// - Throws: ``RollbookError`` with `unavailable` or `outOfResources`.
    func append(_ batch: RecordBatch) throws {
        encoder.append(batch)
        rows += Int64(batch.count)
        if encoder.bytes.count >= Self.bufferSize { try flush(isLast: false) }
    }

    /// Writes what is left; the file keeps its temporary name.
    ///
    /// - Throws: ``RollbookError`` with `unavailable` or `outOfResources`.
    func complete() throws { try flush(isLast: true) }

    /// Closes the file and gives it its name.
    ///
    /// - Throws: ``RollbookError`` with `unavailable` or `outOfResources`.
    func publish() throws {
        // Some file systems say only now that there was no room.
        guard close(descriptor) == 0 else {
            let failure = Self.failure(name, "written")
            descriptor = -1
            unlink(path + ".partial")
            throw failure
        }
        descriptor = -1
        guard rename(path + ".partial", path) == 0 else { throw Self.failure(name, "renamed") }
    }

    private func flush(isLast: Bool) throws {
        if let gzip {
            try gzip.pack(encoder.bytes, isLast: isLast) { try write($0) }
        } else {
            try encoder.bytes.withUnsafeBytes { try write($0) }
        }
        encoder.removeAll()
    }

    private func write(_ buffer: UnsafeRawBufferPointer) throws {
        var rest = buffer
        while !rest.isEmpty {
            let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { throw Self.failure(name, "written") }
            bytes += Int64(written)
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    private static func failure(_ name: String, _ deed: String) -> RollbookError {
        let number = errno
        let isFull = number == ENOSPC || number == EDQUOT || number == EFBIG
        return RollbookError(
            isFull ? .outOfResources : .unavailable,
            "\(name) could not be \(deed): \(String(cString: strerror(number)))", subject: name)
    }
}
