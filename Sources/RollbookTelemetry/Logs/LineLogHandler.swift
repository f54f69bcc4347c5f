import Foundation
public import Logging
import RollbookModel
import Tracing

/// How log lines are written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message, and what belongs to it.
    case text
    /// For programs: one JSON object on each line.
    case json
}

/// Writes log lines, each with one system call, so that lines of many threads never mix. Whatever a line holds, it stays one
/// line: line feeds and other control characters are escaped, in both formats.
public struct LineLogHandler: LogHandler {
    /// What is logged at all.
    public var logLevel: Logger.Level
    /// What every line of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// What lines carry besides, looked up for each of them.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let write: @Sendable ([UInt8]) -> Void

    /// Makes a handler that writes to a file descriptor.
    ///
    /// - Parameter descriptor: 2, the standard error, in a server.
    public init(
        label: String, level: Logger.Level, format: LogFormat, descriptor: Int32 = 2,
        metadataProvider: Logger.MetadataProvider? = .trace
    ) {
        self.init(label: label, level: level, format: format, metadataProvider: metadataProvider) { bytes in
            DescriptorOutput.write(bytes, to: descriptor)
        }
    }

    /// Makes a handler that hands over lines, line feed included.
    public init(
        label: String, level: Logger.Level, format: LogFormat, metadataProvider: Logger.MetadataProvider? = .trace,
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        logLevel = level
        self.format = format
        self.metadataProvider = metadataProvider
        self.write = write
    }

    /// What every line carries under a name.
    public subscript(metadataKey name: String) -> Logger.Metadata.Value? {
        get { metadata[name] }
        set { metadata[name] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error_type"] = "\(type(of: error))" }
        let line = LogLine(
            instant: .now, level: event.level, label: label, message: event.message.description,
            metadata: all.sorted { $0.key < $1.key })
        write(format == .json ? line.json : line.text)
    }
}

extension Logger.MetadataProvider {
    /// The ids of the trace and span that the task works on.
    public static let trace = Logger.MetadataProvider {
        guard let trace = ServiceContext.current?.trace else { return [:] }
        return ["trace_id": "\(trace.traceText)", "span_id": "\(trace.spanText)"]
    }
}

/// A line on its way into the log.
struct LogLine {
    let instant: Instant
    let level: Logger.Level
    let label: String
    let message: String
    let metadata: [(key: String, value: Logger.MetadataValue)]

    /// A JSON object: `time`, `level`, `logger`, `message`, and the metadata under its own names.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.object { writer in
            writer.member("time", .text(instant.description))
            writer.member("level", .text(level.rawValue))
            writer.member("logger", .text(label))
            writer.member("message", .text(message))
            for (key, value) in metadata {
                writer.key(Self.taken.contains(key) ? key + "_" : key)
                Self.write(value, &writer)
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// `time level logger: message key=value …`; a value with blanks or quotes in it stands in quotes.
    var text: [UInt8] {
        var text = "\(instant) \(level.rawValue) \(Self.escaped(label)): \(Self.escaped(message))"
        for (key, value) in metadata { text += " \(Self.escaped(key))=\(Self.quoted(value.description))" }
        return Array((text + "\n").utf8)
    }

    /// Names that a line's own members have.
    private static let taken: Set = ["time", "level", "logger", "message"]

    private static func write(_ value: Logger.MetadataValue, _ writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.string(text)
        case .stringConvertible(let number as Int): writer.value(.integer(Int64(number)))
        case .stringConvertible(let number as Int64): writer.value(.integer(number))
        case .stringConvertible(let number as Double): writer.value(.double(number))
        case .stringConvertible(let flag as Bool): writer.value(.boolean(flag))
        case .stringConvertible(let other): writer.string(other.description)
        case .array(let values): writer.array { writer in for value in values { write(value, &writer) } }
        case .dictionary(let members):
            writer.object { writer in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    write(value, &writer)
                }
            }
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }
        if isPlain { return text }
        return "\"" + escaped(text).replacing("\"", with: "\\\"") + "\""
    }

    /// Without characters that end a line, move a terminal's cursor, or turn the direction of what follows.
    private static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case let scalar where isControl(scalar): escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
