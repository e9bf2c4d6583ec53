<?php

namespace Sandbox\MediaInfo;

use MediaWiki\Api\ApiQuery;
use MediaWiki\Api\ApiQueryBase;
use MediaWiki\Languages\LanguageNameUtils;
use Wikimedia\ParamValidator\ParamValidator;

/** meta=wbcontentlanguages, with the codes alone. */
class ContentLanguages extends ApiQueryBase {

	public function __construct( ApiQuery $query, string $module, private readonly LanguageNameUtils $names ) {
		parent::__construct( $query, $module, 'wbcl' );
	}

	/** @inheritDoc */
	public function execute() {
		$params = $this->extractRequestParams();
		$codes = $params['context'] === 'term' ?
			Languages::ofCaptions( $this->names ) : Languages::ofTexts( $this->names );
		foreach ( $codes as $code ) {
			$path = [ 'query', $this->getModuleName() ];
			$this->getResult()->addValue( $path, $code, in_array( 'code', $params['prop'] ) ? [ 'code' => $code ] : [] );
		}
	}

	/** @inheritDoc */
	protected function getAllowedParams() {
		return [
			'context' => [
				ParamValidator::PARAM_TYPE => [ 'term', 'monolingualtext' ],
				ParamValidator::PARAM_DEFAULT => 'term',
			],
			'prop' => [
				ParamValidator::PARAM_TYPE => [ 'code', 'autonym', 'name' ],
				ParamValidator::PARAM_ISMULTI => true,
				ParamValidator::PARAM_DEFAULT => 'code',
			],
		];
	}
}
