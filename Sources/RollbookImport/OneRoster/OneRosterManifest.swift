import RollbookModel

/// What `manifest.csv` says of a bundle.
struct OneRosterManifest: Sendable {
    /// How a file is there.
    enum Mode: String, Sendable {
        case absent
        case bulk
        case delta
    }

    /// The dirt found in the manifest.
    private(set) var notes: [SourceNote] = []
    /// The mode of each file by its name in lower case, without its ending; nil where the mode is blank.
    private var modes: [String: Mode?] = [:]

    static let fileName = "manifest.csv"

    /// A bundle without a manifest: every file holds all there is.
    init() {
        notes = [SourceNote(file: Self.fileName, message: "there is no manifest; every file is taken for bulk")]
    }

    /// Reads the manifest.
    init(_ source: any ByteSource, name: String) throws {
        let reader = CSVReader(source)
        var version: String?
        while try reader.advance() {
            guard reader.defect == nil, reader.fieldCount >= 2 else { continue }
            let property = Self.word(reader[0])
            let value = Self.word(reader[1])
            switch property {
            case "oneroster.version": version = value
            case "manifest.version" where value != "1.0":
                note("manifest.version is not 1.0")
            case let file where file.hasPrefix("file."):
                modes[String(file.dropFirst("file.".count))] = try Self.mode(value, of: file, in: name)
            default: break
            }
        }
        if version == nil { note("oneroster.version is missing; 1.1 and 1.2 are told apart by their columns") }
        if let version, !["1.1", "1.2"].contains(version) {
            throw RollbookError(
                .unreadableSource, "\(name): oneroster.version must be 1.1 or 1.2", subject: "oneroster.version")
        }
        if modes.isEmpty { note("no file has a mode; every file is taken for bulk") }
    }

    /// How a file is to be read, which is there or not. What the manifest leaves out is bulk where it is there.
    mutating func mode(of file: String, isThere: Bool) throws -> Mode {
        guard let entry = modes[file.lowercased()] else {
            if isThere, !modes.isEmpty { note("file.\(file) is missing though the file is there; taken for bulk") }
            return isThere ? .bulk : .absent
        }
        switch (entry, isThere) {
        case (.absent, true):
            note("file.\(file) is absent, but the file is there; it is not read")
            return .absent
        case (nil, true):
            note("file.\(file) is blank; taken for bulk")
            return .bulk
        case (nil, false), (.absent, false): return .absent
        case (let mode?, true): return mode
        case (let mode?, false):
            throw RollbookError(
                .unreadableSource, "the manifest says that \(file).csv is \(mode.rawValue), but it is not there",
                subject: "\(file).csv")
        }
    }

    private mutating func note(_ message: String) {
        notes.append(SourceNote(file: Self.fileName, message: message))
    }

    private static func word(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).lowercased().filter { !$0.isWhitespace }
    }

    private static func mode(_ word: String, of property: String, in name: String) throws -> Mode? {
        if word.isEmpty { return nil }
        guard let mode = Mode(rawValue: word) else {
            throw RollbookError(
                .unreadableSource, "\(name): \(CSVTable.quoted(property)) must be absent, bulk or delta", subject: name)
        }
        return mode
    }
}
