import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import RollbookModel

extension Request {
    /// The parameters of the query.
    ///
    /// - Throws: as ``QueryParameters/parse(_:)``.
    func queryArguments() throws -> [String: String] { try QueryParameters.parse(uri.query ?? "") }

    /// The parameters of the query, and those of a JSON object in the body.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for a body that is no object of plain values, or a parameter
    ///   given twice; `HTTPError` for a body that is not JSON or too large.
    func arguments() async throws -> [String: String] {
        var arguments = try queryArguments()
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: 65_536)
        } catch is NIOTooManyBytesError {
            throw HTTPError(.contentTooLarge, message: "the body may have 65,536 bytes")
        }
        guard body.readableBytes > 0 else { return arguments }
        guard headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
            throw HTTPError(.unsupportedMediaType, message: "the body must be application/json")
        }
        for (name, scalar) in try Self.object(body).sorted(by: { $0.key < $1.key }) {
            guard arguments.updateValue(scalar.text, forKey: name) == nil else {
                throw RollbookError(.invalidArgument, "\(name) is given twice; give it once", subject: name)
            }
        }
        return arguments
    }

    private static func object(_ body: ByteBuffer) throws -> [String: PlainValue] {
        do {
            return try JSONDecoder().decode([String: PlainValue].self, from: Data(body.readableBytesView))
        } catch {
            throw RollbookError(
                .invalidArgument, "the body must be a JSON object whose values are texts, numbers, true or false")
        }
    }
}

extension [String: String] {
    /// Refuses names that nobody declared.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument`, naming the first of them.
    func refuseAll(but known: [String]) throws {
        for name in keys.sorted() where !known.contains(name) {
            let offer = known.isEmpty ? "there are none" : "it takes \(known.joined(separator: ", "))"
            throw RollbookError(.invalidArgument, "there is no parameter \(name); \(offer)", subject: name)
        }
    }
}

/// A value of a JSON object, as the text that a query would carry.
private struct PlainValue: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            text = flag ? "true" : "false"
        } else if let number = try? container.decode(Int64.self) {
            text = String(number)
        } else if let number = try? container.decode(Double.self) {
            text = number.description
        } else {
            text = try container.decode(String.self)
        }
    }
}
