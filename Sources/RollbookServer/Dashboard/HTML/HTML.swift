/// A piece of a page. What is put into it as text is escaped; only ``Tag`` and this file write markup.
struct HTML: Sendable, Equatable {
    /// The markup.
    private(set) var source: String

    static let empty = HTML(source: "")

    private init(source: String) { self.source = source }

    /// A text, escaped.
    static func text(_ text: String) -> HTML { HTML(source: escaped(text)) }

    /// A name from a record: kept apart, so that its direction of writing does not turn what stands around it.
    static func name(_ text: String) -> HTML { Tag.bdi { text } }

    /// Pieces one after the other.
    static func joined(_ pieces: [HTML]) -> HTML { HTML(source: pieces.map(\.source).joined()) }

    /// An element with its content.
    static func element(_ name: String, _ attributes: [Attribute], _ content: HTML?) -> HTML {
        let opening = "<" + name + attributes.map(\.source).joined() + ">"
        guard let content else { return HTML(source: opening) }
        return HTML(source: opening + content.source + "</\(name)>")
    }

    /// Data for a script, which no browser runs. `<`, `>` and `&` can only stand inside JSON's strings; written as escapes
    /// they can neither end the element nor begin a comment.
    static func data(json: [UInt8], id: String) -> HTML {
        let text = String(decoding: json, as: UTF8.self)
            .replacing("<", with: "\\u003c").replacing(">", with: "\\u003e").replacing("&", with: "\\u0026")
        return element("script", [.type("application/json"), .id(id)], HTML(source: text))
    }

    /// A whole document.
    static func document(_ content: HTML) -> HTML { HTML(source: "<!DOCTYPE html>\n" + content.source + "\n") }

    /// Escapes what has a meaning in markup, in attributes too. Control characters, which a page must not hold, become
    /// the sign for what cannot be shown.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// Puts the pieces of an element's content together; a string among them is text.
@resultBuilder
enum HTMLBuilder {
    static func buildExpression(_ piece: HTML) -> HTML { piece }
    static func buildExpression(_ text: String) -> HTML { .text(text) }
    static func buildBlock(_ pieces: HTML...) -> HTML { .joined(pieces) }
    static func buildOptional(_ piece: HTML?) -> HTML { piece ?? .empty }
    static func buildEither(first piece: HTML) -> HTML { piece }
    static func buildEither(second piece: HTML) -> HTML { piece }
    static func buildArray(_ pieces: [HTML]) -> HTML { .joined(pieces) }
}
