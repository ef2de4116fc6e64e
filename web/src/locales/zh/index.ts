import analyze from './analyze'
import app from './app'
import consumer from './consumer'
import crowd from './crowd'
import define from './define'
import overview from './overview'
import start from './start'
import tag from './tag'
import value from './value'
import who from './who'
import words from './words'

export default { analyze, app, consumer, crowd, define, overview, start, tag, value, who, words }
